//! Those who have no key: what they count as, and what they are told.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use serde_json::json;
use service::Server;

/// Reads an answer to its end.
fn answered(socket: &mut BufReader<TcpStream>) {
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(socket.read_line(&mut line).unwrap() > 0, "the connection is closed");
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    socket.read_exact(&mut vec![0; length]).unwrap();
}

#[test]
fn unknown_methods_are_one_series() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let stranger = server.client(None);
    let mut socket = BufReader::new(TcpStream::connect(server.url.trim_start_matches("http://")).unwrap());
    for n in 0..200 {
        // any word is a method
        write!(socket.get_mut(), "ANY{n} /api/v1/networks HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        answered(&mut socket);
    }
    stranger.get("/api/v1/networks").problem(401, "not_signed_in");
    let metrics = stranger.get("/metrics").expect(200).text();
    let series: Vec<&str> = metrics.lines().filter(|line| line.starts_with("tierlight_requests_total{")).collect();
    assert!(!metrics.contains("ANY"), "a word of a stranger's is counted: {metrics}");
    let others: Vec<&&str> = series.iter().filter(|line| line.contains("method=\"other\"")).collect();
    assert!(others.len() == 1 && others[0].ends_with(" 200"), "{others:?}");
    assert!(series.iter().any(|line| line.contains("method=\"GET\"")), "{series:?}");
}

#[test]
fn behind_a_proxy_all_is_encrypted_and_headers_name_no_host() {
    let root = tempfile::tempdir().unwrap();
    // the URL that browsers are told names the port before the service has it
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (listen, url) = (format!("listen={free}"), format!("https://{free}"));
    let server = Server::start(&root.path().join("data"), &["--behind-proxy", "--set", &listen, "--public-url", &url]);
    // the proxy is not there: the service itself is asked
    assert!(server.url.starts_with("https://") && server.link.starts_with("https://"), "{} {}", server.url, server.link);
    let plain = |url: &str| url.replacen("https://", "http://", 1);
    let stranger = service::Client::new(&plain(&server.url), None);
    let page = stranger.get(&plain(&server.link)).expect(200);
    let cookie = page.header("set-cookie").unwrap();
    assert!(cookie.contains("Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(page.header("strict-transport-security").is_some());
    let owner = service::Client::new(&plain(&server.url), server.key.as_deref());
    let asked =
        owner.with("X-Forwarded-Host", "evil.example").with("Forwarded", "host=evil.example;proto=http").with("X-Forwarded-Proto", "http");
    let link = asked.post("/api/v1/links", &json!({ "role": "viewer" })).expect(201).json();
    let url = link["url"].as_str().unwrap();
    assert!(url.starts_with(&format!("{}/sign-in/", server.url)), "{url}");
    stranger.get(&plain(url)).expect(200);
}
