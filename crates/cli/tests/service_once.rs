//! Things are done once, and changed as they were read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::io::Write;
use std::net::TcpStream;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use service::{Client, Reply, Server, example};

/// Those who change at the same time, and how often.
const CALLERS: usize = 8;
const ROUNDS: usize = 25;

/// All change a thing that each has read before; of each round one is let through.
fn one_of_all(owner: &Client, method: &str, path: &str, body: impl Fn(usize, usize) -> Value + Sync) {
    for round in 0..ROUNDS {
        let tag = owner.get(path).expect(200).header("etag").unwrap().to_owned();
        let barrier = Barrier::new(CALLERS);
        let replies: Vec<_> = std::thread::scope(|scope| {
            let caller = |n: usize| {
                let (client, body, barrier) = (owner.with("If-Match", &tag), body(round, n).to_string(), &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    client.send(method, path, Some("application/json"), body.as_bytes())
                })
            };
            let callers: Vec<_> = (0..CALLERS).map(caller).collect();
            callers.into_iter().map(|c| c.join().unwrap()).collect()
        });
        let made: Vec<_> = replies.iter().filter(|r| r.status == 200).collect();
        assert_eq!(made.len(), 1, "{method} {path}: {:?}", replies.iter().map(|r| r.status).collect::<Vec<_>>());
        let now = owner.get(path).expect(200).json();
        assert_eq!(now, made[0].json(), "what was answered is what is there");
        replies.into_iter().filter(|r| r.status != 200).for_each(|r| {
            r.problem(412, "changed");
        });
    }
}

#[test]
fn of_changes_of_what_was_read_one_is_made() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &["--set", "limits.requests_per_minute=1000000"]);
    let owner = server.owner();
    let name = |round: usize, n: usize| json!({ "name": format!("{round}-{n}") });
    let network = owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json();
    let network = format!("/api/v1/networks/{}", network["id"].as_str().unwrap());
    one_of_all(&owner, "PATCH", &network, name);
    let mapping = owner.post("/api/v1/mappings", &json!({ "name": "m", "mapping": {} })).expect(201).json();
    let mapping = format!("/api/v1/mappings/{}", mapping["id"].as_str().unwrap());
    one_of_all(&owner, "PUT", &mapping, |round, n| json!({ "name": format!("{round}-{n}"), "mapping": {} }));
    one_of_all(&owner, "PATCH", "/api/v1/organisation", name);

    // any that is there, and one that is not
    let rename = |tag: &str, path: &str| owner.with("If-Match", tag).send("PATCH", path, Some("application/json"), br#"{"name":"x"}"#);
    rename("*", &network).expect(200);
    rename("\"0\"", &network).problem(412, "changed");
    rename("*", "/api/v1/networks/net_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b").problem(404, "not_found");
}

#[test]
fn who_asked_and_went_away_finds_it_made_once() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    for n in 0..40 {
        let (key, body) = (format!("gone-{n}"), json!({ "name": format!("n{n}") }).to_string());
        let mut socket = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
        // who closes with an answer unread breaks the connection off, whatever is under way on it
        socket.write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        assert!(socket.peek(&mut [0]).unwrap() > 0);
        let head = format!(
            "POST /api/v1/networks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nIdempotency-Key: {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            server.key.as_deref().unwrap(),
            body.len()
        );
        socket.write_all(head.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_micros(100 * n));
        drop(socket);
        let (client, begun) = (owner.with("Idempotency-Key", &key), Instant::now());
        let made = loop {
            let reply = client.send("POST", "/api/v1/networks", Some("application/json"), body.as_bytes());
            if reply.status != 409 {
                break reply.expect(201).json();
            }
            reply.problem(409, "idempotency_key_busy");
            assert!(begun.elapsed() < Duration::from_secs(5), "the key is busy for ever");
            std::thread::sleep(Duration::from_millis(10));
        };
        assert_eq!(made["name"], format!("n{n}"));
    }
    let all = owner.get("/api/v1/networks?limit=1000").expect(200).json();
    assert_eq!(all["items"].as_array().unwrap().len(), 40);
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id: {value}")).to_owned()
}

/// A pack that is ready: a word for a sector.
fn pack(owner: &Client) -> String {
    let resources = json!([{ "name": "sector_names", "path": "sector_names.csv" }]);
    let descriptor = json!({ "name": "mine", "version": "1", "resources": resources }).to_string();
    let files: [(&str, Option<&str>, &[u8]); 2] = [
        ("file", Some("datapackage.json"), descriptor.as_bytes()),
        ("file", Some("sector_names.csv"), b"name,sector_id,language\nZzqvillo,brick_kilns,en\n"),
    ];
    let made = owner.form("/api/v1/packs", &files).expect(202).json();
    owner.finished(made["job"].as_str().unwrap());
    let made = owner.get(&format!("/api/v1/results/{}", id(&made))).expect(200).json();
    assert_eq!(made["state"], "ready", "{made}");
    id(&made)
}

#[test]
fn what_has_changed_is_not_taken_away() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let version = owner.upload_folder("kilns", &example("kilns"), &json!({ "country": "PK" }));
    let run = owner.score(&id(&version), &json!({ "draws": 0 }));
    let export = owner.post(&format!("/api/v1/runs/{}/exports", id(&run)), &json!({ "table": "sites", "form": "xlsx" })).expect(202).json();
    owner.finished(export["job"].as_str().unwrap());
    let mapping = owner.post("/api/v1/mappings", &json!({ "name": "m", "mapping": {} })).expect(201).json();
    for path in [
        format!("/api/v1/mappings/{}", id(&mapping)),
        format!("/api/v1/results/{}", id(&export)),
        format!("/api/v1/runs/{}", id(&run)),
        format!("/api/v1/networks/{}", version["network"].as_str().unwrap()),
    ] {
        let tag = owner.get(&path).expect(200).header("etag").unwrap().to_owned();
        owner.with("If-Match", "\"0\"").delete(&path).problem(412, "changed");
        owner.get(&path).expect(200);
        owner.with("If-Match", &tag).delete(&path).expect(204);
        owner.with("If-Match", "*").delete(&path).problem(404, "not_found");
    }
    // who says that 412 may come, reads the header; and the other way round
    let document = owner.get("/api/v1/openapi.json").expect(200).json();
    let mut with = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let reads =
                operation["parameters"].as_array().is_some_and(|all| all.iter().any(|p| p["name"] == "If-Match" && p["in"] == "header"));
            assert_eq!(reads, !operation["responses"]["412"].is_null(), "{method} {path}");
            if reads {
                with.push(format!("{method} {}", path.trim_start_matches("/api/v1")));
            }
        }
    }
    with.sort();
    let all = "delete /mappings/{mapping}, delete /networks/{network}, delete /results/{result}, delete /runs/{run}, \
        patch /networks/{network}, patch /organisation, put /mappings/{mapping}";
    assert_eq!(with.join(", "), all);
}

#[test]
fn a_repeated_request_is_answered_alike_when_what_it_named_is_gone() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let kilns = example("kilns");
    let version = owner.upload_folder("kilns", &kilns, &json!({ "country": "PK" }));
    let alike = |key: &str, send: &dyn Fn(&Client) -> Reply, gone: &dyn Fn(&Value)| {
        let client = owner.with("Idempotency-Key", key);
        let first = send(&client).expect(202);
        owner.finished(first.json()["job"].as_str().unwrap());
        gone(&first.json());
        let again = send(&client);
        assert_eq!((again.status, again.header("location"), &again.body), (202, first.header("location"), &first.body), "{key}");
        first.json()
    };
    let taken_away = |path: String| {
        owner.delete(&path).expect(204);
    };
    let packed = pack(&owner);
    let question = json!({ "version": id(&version), "options": { "draws": 0, "packs": [packed] } });
    let run = alike("score", &|client| client.post("/api/v1/runs", &question), &|_| taken_away(format!("/api/v1/results/{packed}")));
    let exports = format!("/api/v1/runs/{}/exports", id(&run));
    let export = json!({ "table": "sites", "form": "xlsx" });
    alike("export", &|client| client.post(&exports, &export), &|_| taken_away(format!("/api/v1/runs/{}", id(&run))));
    let mapping = id(&owner.post("/api/v1/mappings", &json!({ "name": "m", "mapping": { "sites": {} } })).expect(201).json());
    let network = id(&owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json());
    let upload = format!("/api/v1/networks/{network}/versions?name=sites.csv&country=PK&mapping={mapping}");
    let bytes = std::fs::read(kilns.join("sites.csv")).unwrap();
    alike("upload", &|client| client.send("POST", &upload, Some("text/csv"), &bytes), &|_| {
        taken_away(format!("/api/v1/mappings/{mapping}"));
        taken_away(format!("/api/v1/networks/{network}"));
    });
    // under another key it is another request
    owner.with("Idempotency-Key", "other").post("/api/v1/runs", &question).problem(404, "not_found");
}

#[test]
fn a_pack_that_a_version_is_read_with_stays() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let packed = pack(&owner);
    let version = owner.upload_folder("kilns", &example("kilns"), &json!({ "country": "PK", "packs": [packed] }));
    assert_eq!(version["state"], "ready", "{version}");
    let path = format!("/api/v1/results/{packed}");
    let refused = owner.delete(&path).problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().contains(&id(&version)), "{refused}");
    let run = owner.score(&id(&version), &json!({ "draws": 0 }));
    assert_eq!(run["state"], "ready", "{run}");
    owner.delete(&format!("/api/v1/networks/{}", version["network"].as_str().unwrap())).expect(204);
    owner.delete(&path).expect(204);
}
