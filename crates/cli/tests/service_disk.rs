//! The disk of the service becomes full: it says so, goes on reading, and recovers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;
use service::{Client, Server, example};

/// Size of the disk, MiB.
const DISK: u64 = 48;
/// Free space that uploads leave, bytes.
const RESERVE: u64 = 8 << 20;

/// A service whose data folder is a small disk of its own, in a namespace of its own: gone with the process.
fn on_a_small_disk(folder: &tempfile::TempDir) -> (Server, PathBuf) {
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let script = format!("mount -t tmpfs -o size={DISK}m,mode=700 tmpfs \"$1\" && shift && exec \"$@\"");
    let root = Command::new("id").arg("-u").output().unwrap().stdout.trim_ascii() == b"0";
    let mut command = Command::new("unshare");
    command.args(if root { ["--mount", "--propagation=private"].as_slice() } else { &["--user", "--map-root-user", "--mount"] });
    command.args(["sh", "-c", &script, "sh"]).arg(&data).arg(env!("CARGO_BIN_EXE_tierlight"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&data);
    command.args(["--set", &format!("limits.free_bytes={RESERVE}")]);
    let server = Server::of(command, &data);
    // the same disk, seen from here
    let seen = PathBuf::from(format!("/proc/{}/root{}", server.child.id(), data.display()));
    assert!(seen.join("tierlight.db").exists(), "the small disk cannot be seen from here");
    (server, seen)
}

fn upload(client: &Client, name: &str, bytes: usize) -> service::Reply {
    let network = client.post("/api/v1/networks", &json!({ "name": name })).expect(201).json();
    let mut text = format!("site_id,name,sector,country,note\nS1,{name},weaving,PK,");
    text.extend(std::iter::repeat_n("a few words ", bytes / 12 / 40));
    let row = text.lines().nth(1).unwrap().to_owned();
    for site in 2..40 {
        text.push('\n');
        text += &row.replacen("S1", &format!("S{site}"), 1);
    }
    client.send(
        "POST",
        &format!("/api/v1/networks/{}/versions?name=sites.csv", network["id"].as_str().unwrap()),
        Some("text/csv"),
        text.as_bytes(),
    )
}

#[test]
fn a_full_disk_is_told_and_survived() {
    let folder = tempfile::tempdir().unwrap();
    let (server, disk) = on_a_small_disk(&folder);
    let client = server.owner();
    let version = client.upload_folder("kilns", &example("kilns"), &json!({ "country": "PK" }));
    assert_eq!(version["state"], "ready", "{version}");
    let run = client.score(version["id"].as_str().unwrap(), &json!({ "draws": 0 }));
    assert_eq!(run["state"], "ready", "{run}");
    let run = run["id"].as_str().unwrap().to_owned();
    let site =
        client.get(&format!("/api/v1/runs/{run}/sites?limit=1")).expect(200).json()["items"][0]["site_id"].as_str().unwrap().to_owned();
    let reads = || {
        client.get("/readyz").expect(200);
        client.get("/api/v1/networks").expect(200);
        client.get(&format!("/api/v1/runs/{run}/sites?limit=50")).expect(200);
        client.get(&format!("/api/v1/runs/{run}/sites/{site}")).expect(200);
        let id = version["id"].as_str().unwrap();
        let bytes = client.get(&format!("/api/v1/versions/{id}/files/input/sites.csv")).expect(200).body;
        assert_eq!(bytes, std::fs::read(example("kilns").join("sites.csv")).unwrap());
    };
    reads();

    // uploads fill it up to the reserve
    let mut kept = Vec::new();
    loop {
        let reply = upload(&client, &format!("n{}", kept.len()), 4 << 20);
        if reply.status != 202 {
            let problem = reply.problem(507, "storage_full");
            assert!(problem["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{problem}");
            break;
        }
        let version = reply.json();
        kept.push((version["network"].as_str().unwrap().to_owned(), version["id"].as_str().unwrap().to_owned()));
        assert!(kept.len() < 40, "{DISK} MiB hold more than they can");
    }
    assert!(kept.len() > 3, "{} uploads", kept.len());
    reads();

    // something else fills it to the last byte
    let fill = disk.join("fill");
    let mut file = std::fs::File::create(&fill).unwrap();
    let block = vec![0; 1 << 16];
    while file.write_all(&block).is_ok() {}
    while file.write_all(&[0]).is_ok() {}
    let mut refused = 0;
    for n in 0..200 {
        let reply = client.post("/api/v1/networks", &json!({ "name": format!("full {n}"), }));
        // there may be room in pages that the database has
        if reply.status != 201 {
            reply.problem(507, "storage_full");
            refused += 1;
        }
        let _ = file.write_all(&block);
        if refused > 5 {
            break;
        }
    }
    assert!(refused > 5, "the database never met the end of the disk");
    reads();

    // room again: it goes on by itself
    drop(file);
    std::fs::remove_file(&fill).unwrap();
    client.post("/api/v1/networks", &json!({ "name": "room" })).expect(201);
    let gone: Vec<_> = kept.drain(..kept.len() / 2).collect();
    for (network, _) in &gone {
        client.delete(&format!("/api/v1/networks/{network}")).expect(204);
    }
    let begun = Instant::now();
    let again = loop {
        let reply = upload(&client, "again", 4 << 20);
        if reply.status == 202 {
            break reply.json();
        }
        reply.problem(507, "storage_full");
        assert!(begun.elapsed() < Duration::from_mins(1), "what was deleted is still there");
        std::thread::sleep(Duration::from_millis(200));
    };
    assert_eq!(client.finished(again["job"].as_str().unwrap())["state"], "done");
    for (_, version) in &kept {
        let found = client.get(&format!("/api/v1/versions/{version}")).expect(200).json();
        client.finished(found["job"].as_str().unwrap());
        let found = client.get(&format!("/api/v1/versions/{version}")).expect(200).json();
        assert!(found["state"] == "ready" || found["code"] == "storage_full", "{found}");
        let files = client.get(&format!("/api/v1/versions/{version}/files")).expect(200).json();
        let input = files["items"].as_array().unwrap().iter().find(|f| f["role"] == "input").unwrap().clone();
        let bytes = client.get(&format!("/api/v1/versions/{version}/files/input/sites.csv")).expect(200).body;
        assert_eq!(bytes.len() as u64, input["size"].as_u64().unwrap());
    }
    let run = client.score(again["id"].as_str().unwrap(), &json!({ "draws": 0 }));
    assert_eq!(run["state"], "ready", "{run}");
    reads();
    assert!(!server.log().contains("panicked"), "{}", server.log());
}
