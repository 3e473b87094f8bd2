//! What hostile clients and files do to the built program: a clear problem, bounded memory, a service that goes on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use service::{Client, Server};

/// Memory that the service itself may take in any of these, bytes.
const MEMORY: u64 = 400 << 20;

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap().to_owned()
}

fn alive(server: &Server, owner: &Client) {
    let begun = Instant::now();
    owner.get("/readyz").expect(200);
    owner.get("/api/v1/networks").expect(200);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let memory = server.memory();
    assert!(memory < MEMORY, "{} MiB", memory >> 20);
}

fn connect(server: &Server) -> TcpStream {
    let socket = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    socket
}

/// Head of an upload to a network of so many bytes.
fn head(server: &Server, network: &str, length: usize) -> String {
    format!(
        "POST /api/v1/networks/{network}/versions?name=sites.csv HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n",
        server.key.as_deref().unwrap()
    )
}

fn answer(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    while let Ok(read) = socket.read(&mut piece) {
        bytes.extend_from_slice(&piece[..read]);
        if read == 0 || String::from_utf8_lossy(&bytes).contains("\"hint\"") {
            break;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A zip that lists so many empty files, and holds none.
fn entries(count: u64) -> Vec<u8> {
    let mut out = [b"PK\x01\x02".as_slice(), &[0; 42]].concat().repeat(count as usize);
    let size = out.len() as u64;
    out.extend([b"PK\x06\x06".as_slice(), &44u64.to_le_bytes(), &[45, 0, 45, 0], &[0; 8]].concat());
    out.extend([count, count, size, 0].iter().flat_map(|x| x.to_le_bytes()));
    out.extend([b"PK\x06\x07".as_slice(), &[0; 4], &size.to_le_bytes(), &1u32.to_le_bytes()].concat());
    out.extend([b"PK\x05\x06".as_slice(), &[0; 4], &[0xff; 12], &[0; 2]].concat());
    out
}

/// Uploads a file and says what became of the version.
fn uploaded(owner: &Client, network: &str, name: &str, bytes: &[u8]) -> Value {
    let path = format!("/api/v1/networks/{network}/versions?name={name}&country=PK&sector=footballs");
    let version = owner.send("POST", &path, Some("application/octet-stream"), bytes).expect(202).json();
    let job = owner.finished(version["job"].as_str().unwrap());
    let version = owner.get(&format!("/api/v1/versions/{}", id(&version))).expect(200).json();
    assert_ne!(version["state"], "ready", "{name}: {version} {job}");
    assert!(version["code"].is_string() && version["message"].as_str().is_some_and(|m| !m.is_empty()), "{name}: {version} {job}");
    version
}

#[test]
fn torn_slow_and_endless_requests() {
    let flags = ["--set", "limits.head_seconds=3", "--set", "limits.body_grace=2", "--set", "limits.upload_bytes=8000000"];
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &flags);
    let owner = server.owner();
    let network = id(&owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json());
    let versions = || owner.get(&format!("/api/v1/networks/{network}/versions")).expect(200).json()["items"].as_array().unwrap().len();

    // torn off in the middle: nothing is there, nothing is left
    let incoming = || std::fs::read_dir(server.data.join("incoming")).unwrap().count();
    let become_many = |count: usize| {
        let begun = Instant::now();
        while incoming() != count {
            assert!(begun.elapsed() < Duration::from_secs(20), "{} files came in, not {count}", incoming());
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    for _ in 0..3 {
        let torn: Vec<TcpStream> = (0..8)
            .map(|_| {
                let mut socket = connect(&server);
                socket.write_all(head(&server, &network, 4_000_000).as_bytes()).unwrap();
                socket.write_all(&vec![b'x'; 1_500_000]).unwrap();
                socket
            })
            .collect();
        become_many(torn.len());
        drop(torn);
        become_many(0);
    }
    assert_eq!(versions(), 0);
    alive(&server, &owner);

    // a body that drips
    let mut socket = connect(&server);
    socket.write_all(head(&server, &network, 1_000_000).as_bytes()).unwrap();
    let begun = Instant::now();
    let mut dripped = socket.try_clone().unwrap();
    std::thread::spawn(move || {
        while dripped.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    let told = answer(&mut socket);
    assert!(told.starts_with("HTTP/1.1 408") && told.contains("too_slow"), "{told}");
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(versions(), 0);

    // larger than is taken: refused by its head, and by what comes when the head does not say
    let mut socket = connect(&server);
    socket.write_all(head(&server, &network, 900_000_000).as_bytes()).unwrap();
    let told = answer(&mut socket);
    assert!(told.starts_with("HTTP/1.1 413") && told.contains("too_large"), "{told}");
    let mut socket = connect(&server);
    let chunked = head(&server, &network, 0).replace("Content-Length: 0", "Transfer-Encoding: chunked");
    socket.write_all(chunked.as_bytes()).unwrap();
    let mut endless = socket.try_clone().unwrap();
    std::thread::spawn(move || {
        let chunk = [b"10000\r\n".as_slice(), &vec![b'x'; 0x10000], b"\r\n"].concat();
        while endless.write_all(&chunk).is_ok() {}
    });
    let told = answer(&mut socket);
    assert!(told.contains("413") && told.contains("too_large"), "{told}");
    alive(&server, &owner);
}

#[test]
fn two_thousand_slow_sockets() {
    // each is a file of this process as well
    let found = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let most = rustix::process::Rlimit { current: found.maximum, maximum: found.maximum };
    rustix::process::setrlimit(rustix::process::Resource::Nofile, most).unwrap();
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &["--set", "limits.head_seconds=4"]);
    let owner = server.owner();
    let mut sockets: Vec<TcpStream> = Vec::new();
    for _ in 0..2_000 {
        let mut socket = connect(&server);
        socket.write_all(b"GET /api/v1/networks HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
        sockets.push(socket);
    }
    for _ in 0..10 {
        alive(&server, &owner);
    }
    // they are dropped once their time is over
    std::thread::sleep(Duration::from_secs(7));
    let mut open = 0;
    for socket in &mut sockets {
        socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let mut rest = Vec::new();
        if socket.read_to_end(&mut rest).is_err_and(|e| e.kind() == std::io::ErrorKind::WouldBlock) {
            open += 1;
        }
    }
    assert_eq!(open, 0, "sockets stay open");
    alive(&server, &owner);
}

#[test]
fn bodies_that_are_no_questions() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &["--set", "limits.inflated_bytes=20000000", "--set", "limits.upload_files=4"]);
    let owner = server.owner();
    let network = id(&owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json());
    let json_body = |bytes: &[u8]| owner.send("POST", "/api/v1/networks", Some("application/json"), bytes);
    json_body(format!("{{\"name\":\"{}\"}}", "x".repeat(3 << 20)).as_bytes()).problem(413, "too_large");
    json_body("[".repeat(200_000).as_bytes()).problem(400, "bad_json");
    json_body(format!("{{\"name\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)).as_bytes()).problem(400, "bad_json");
    json_body(b"{\"name\":\"a\xff\"}").problem(400, "bad_json");
    json_body(b"").problem(400, "bad_json");
    json_body(br#"{"name":"a","more":1}"#).problem(400, "bad_json");
    owner.send("POST", "/api/v1/networks", Some("text/plain"), b"name=a").problem(415, "bad_media_type");
    owner.send("TRACE", "/api/v1/networks", None, &[]).problem(405, "method_not_allowed");
    owner.get("/api/v1/nothing").problem(404, "no_route");
    owner.get("/api/v1/runs/../../etc/passwd").problem(404, "no_route");
    owner.get("/api/v1/runs/run_0").problem(404, "not_found");
    owner.get("/api/v1/networks?limit=-1").problem(400, "bad_query");
    owner.get("/api/v1/networks?cursor=%00").problem(400, "bad_query");
    owner.with("Idempotency-Key", "has space").post("/api/v1/networks", &json!({ "name": "a" })).problem(400, "bad_header");
    let cors = owner.with("Origin", "https://evil.example").get("/api/v1/networks").expect(200);
    assert!(cors.header("access-control-allow-origin").is_none());
    assert_eq!(cors.header("x-content-type-options"), Some("nosniff"));
    assert!(cors.header("x-request-id").is_some() && cors.header("content-security-policy").is_some());

    // forms
    let path = format!("/api/v1/networks/{network}/versions");
    let kind = "multipart/form-data; boundary=x";
    owner
        .send("POST", &path, Some(kind), b"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nsite")
        .problem(400, "bad_multipart");
    owner.send("POST", &path, Some(kind), b"--x--\r\n").problem(422, "invalid");
    owner.form(&path, &[("file", Some("virus.exe"), b"MZ")]).problem(415, "bad_media_type");
    owner.form(&path, &[("file", Some("a.csv"), b"")]).problem(400, "bad_body");
    owner
        .form(&path, &[("options", None, br#"{"map":{"sites":{"nope":"x"}}}"#), ("file", Some("a.csv"), b"a,b\n1,2\n")])
        .problem(422, "bad_input");
    let many: Vec<(&str, Option<&str>, &[u8])> =
        ["a.csv", "b.csv", "c.csv", "d.csv", "e.csv"].map(|n| ("file", Some(n), b"a\n1\n".as_slice())).to_vec();
    owner.form(&path, &many).problem(422, "too_many_files");

    // a zip that inflates a thousandfold, and one that is none
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("sites.csv", zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![b'0'; 60 << 20]).unwrap();
    let bomb = zip.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    owner.send("POST", &format!("{path}?name=t.zip"), Some("application/zip"), &bomb).problem(422, "too_many_files");
    owner.send("POST", &format!("{path}?name=t.zip"), Some("application/zip"), b"PK\x03\x04 no zip").problem(422, "bad_input");
    let begun = Instant::now();
    owner.send("POST", &format!("{path}?name=t.zip"), Some("application/zip"), &entries(2_000_000)).problem(422, "too_many_files");
    assert!(begun.elapsed() < Duration::from_mins(1), "{:?}", begun.elapsed());
    alive(&server, &owner);
    assert!(owner.get(&path).expect(200).json()["items"].as_array().unwrap().is_empty());
    alive(&server, &owner);
}

/// A zip of a pack of a table that nothing reads, with so many rows of two bytes, by so many names.
fn pack(rows: usize, names: usize) -> Vec<u8> {
    let resources: Vec<Value> = (0..names).map(|k| json!({ "name": format!("t{k}"), "path": "t.csv" })).collect();
    let descriptor = json!({ "name": "mine", "version": "1", "resources": resources }).to_string();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [("datapackage.json", descriptor.into_bytes()), ("t.csv", [b"a\n".as_slice(), &b"1\n".repeat(rows)].concat())] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn packs_that_are_much_to_read_hold_up_nobody() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &["--set", "limits.pack_bytes=900000"]);
    let owner = server.owner();
    let upload = |bytes: &[u8]| owner.send("POST", "/api/v1/packs?name=p.zip", Some("application/zip"), bytes);
    let checked = |bytes: &[u8]| {
        let asked = upload(bytes).expect(202).json();
        owner.finished(asked["job"].as_str().unwrap());
        owner.get(&format!("/api/v1/results/{}", id(&asked))).expect(200).json()
    };
    let large = pack(500_000, 1);
    assert!(large.len() < 100_000);
    let told = upload(&large).problem(422, "too_many_files");
    assert!(told["hint"].as_str().unwrap().contains("limits.pack_bytes"), "{told}");
    // a table by many names is as many tables
    let many = checked(&pack(100_000, 40));
    assert!(many["state"] == "rejected" && many["summary"].to_string().contains("path_twice"), "{many}");

    let short = checked(&pack(440_000, 1));
    assert!(short["state"] == "rejected" && short["summary"].to_string().contains("pack_too_large"), "{short}");

    let ready = checked(&pack(250_000, 1));
    assert_eq!(ready["state"], "ready", "{ready}");
    let path = format!("/api/v1/packs/tables/t0?limit=1&packs={}", id(&ready));
    let both = format!("/api/v1/packs?packs={},{}", id(&ready), id(&checked(&pack(240_000, 1))));
    owner.get(&both).problem(422, "too_many_files");
    // more ask at a time than there are threads for questions
    let asking: Vec<_> = (0..8)
        .map(|_| {
            let (owner, path) = (owner.clone(), path.clone());
            std::thread::spawn(move || (owner.get(&path).expect(200).json(), Instant::now()))
        })
        .collect();
    let mut others = 0;
    while asking.iter().any(|thread| !thread.is_finished()) {
        let begun = Instant::now();
        owner.get("/api/v1/packs").expect(200);
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        others += 1;
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(others > 1, "nobody else asked meanwhile");
    for thread in asking {
        assert_eq!(thread.join().unwrap().0["items"][0]["a"], "1");
    }
    // it was read once
    let begun = Instant::now();
    owner.get(&path).expect(200);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!(server.peak() < MEMORY, "{} MiB", server.peak() >> 20);
    alive(&server, &owner);
}

#[test]
fn files_that_are_traps() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let network = id(&owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json());

    // one row of 70 MB; a quote that is never closed
    let mut long = b"site_id,name\nA,\"".to_vec();
    long.resize(70 << 20, b'x');
    uploaded(&owner, &network, "long.csv", &long);
    // a cell in the last corner of a sheet
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet().set_name("sites").unwrap();
    sheet.write_string(0, 0, "site_id").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    uploaded(&owner, &network, "corner.xlsx", &book.save_to_buffer().unwrap());
    // a workbook that inflates without end
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("[Content_Types].xml", options).unwrap();
    zip.write_all(b"<Types/>").unwrap();
    zip.start_file("xl/workbook.xml", options).unwrap();
    for _ in 0..8 {
        zip.write_all(&vec![b' '; 8 << 20]).unwrap();
    }
    uploaded(&owner, &network, "bomb.xlsx", &zip.finish().unwrap().into_inner());
    // Parquet in name and mark only
    let mut garbage = b"PAR1".to_vec();
    garbage.extend((0..200_000u32).map(|k| (k.wrapping_mul(2_654_435_761) >> 24) as u8));
    garbage.extend(0x00ff_ffffu32.to_le_bytes());
    garbage.extend(b"PAR1");
    uploaded(&owner, &network, "garbage.parquet", &garbage);
    // JSON without an end
    uploaded(&owner, &network, "deep.json", "[".repeat(500_000).as_bytes());
    // personal data: refused by the names of its columns, never its values
    let personal = uploaded(&owner, &network, "people.csv", b"site_id,name,mother_phone\nA,Home A,0300-1234567\nB,Home B,0301-7654321\n");
    assert_eq!(personal["code"], "personal_data", "{personal}");
    assert!(!personal.to_string().contains("1234567") && !server.log().contains("1234567"));
    alive(&server, &owner);
}

/// A zip of files that hold the same.
fn zip_of(names: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for name in names {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn names_in_a_zip() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::start(&root.path().join("data"), &[]);
    let owner = server.owner();
    let send = |path: &str, bytes: &[u8]| owner.send("POST", path, Some("application/zip"), bytes);
    // a file where another has its folder cannot be put on a disk
    let pack = zip_of(&["datapackage.json", "sources.csv", "sources.csv/x.csv"], b"{}");
    send("/api/v1/packs?name=p.zip", &pack).problem(422, "invalid");
    // what leads out of a zip leads nowhere, and no table is left out for it
    let network = id(&owner.post("/api/v1/networks", &json!({ "name": "n" })).expect(201).json());
    let table = b"site_id,name,sector,country,workers\nS1,Example 1,weaving,PK,5\n";
    let zip = zip_of(&["../../sites.csv", "./.hidden/links.csv", "__MACOSX/links.csv"], table);
    let version = send(&format!("/api/v1/networks/{network}/versions?name=t.zip"), &zip).expect(202).json();
    owner.finished(version["job"].as_str().unwrap());
    let path = format!("/api/v1/versions/{}", id(&version));
    assert_eq!(owner.get(&path).expect(200).json()["state"], "ready");
    let listed = owner.get(&format!("{path}/files")).expect(200).json();
    let inputs = listed["items"].as_array().unwrap().iter().filter(|f| f["role"] == "input");
    assert_eq!(inputs.map(|f| f["name"].as_str().unwrap()).collect::<Vec<_>>(), ["sites.csv"]);
}
