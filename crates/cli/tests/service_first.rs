//! The first start of the built program: secrets never go into a log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod service;

use std::io::{BufRead, BufReader};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use service::Client;

/// A service whose stdout is no terminal, as under systemd or in a container.
struct Quiet {
    child: Child,
    url: String,
    /// All that it printed at its start.
    printed: String,
}

impl Quiet {
    fn start(data: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tierlight"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
        let log = std::fs::File::create(data.with_extension("log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut printed = String::new();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // the link is the last that is told, wherever it is
        while !printed.contains("sign-in") {
            let line = lines.next().expect("the service ended").unwrap();
            printed += &line;
            printed.push('\n');
        }
        std::thread::spawn(move || lines.for_each(drop));
        let url = printed.lines().find_map(|line| line.strip_prefix("tierlight serves ")).unwrap().to_owned();
        Self { child, url, printed }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn secret(path: &Path) -> String {
    let meta = std::fs::symlink_metadata(path).unwrap();
    assert!(meta.is_file(), "{} is no file", path.display());
    assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{} is read by others", path.display());
    std::fs::read_to_string(path).unwrap().trim_end().to_owned()
}

#[test]
fn secrets_are_in_files_where_stdout_is_no_terminal() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    // others may read the folder, and somebody has put a link where the secret will be
    std::fs::create_dir(&data).unwrap();
    let elsewhere = root.path().join("elsewhere");
    std::fs::write(&elsewhere, "as it was").unwrap();
    symlink(&elsewhere, data.join("owner-key")).unwrap();

    let server = Quiet::start(&data);
    let (key, link) = (secret(&data.join("owner-key")), secret(&data.join("sign-in-link")));
    assert_eq!(std::fs::read_to_string(&elsewhere).unwrap(), "as it was");
    let log = std::fs::read_to_string(data.with_extension("log")).unwrap();
    for text in [&server.printed, &log] {
        assert!(!text.contains("tl_") && !text.contains("/sign-in/"), "a secret is printed: {text}");
    }
    assert!(server.printed.contains(data.join("owner-key").to_str().unwrap()), "{}", server.printed);
    Client::new(&server.url, Some(&key)).get("/api/v1/keys").expect(200);
    Client::new(&server.url, None).get(&link).expect(200);
    Client::new(&server.url, None).get(&link).problem(401, "not_signed_in");
    drop(server);

    // the key is made once; a link at every start
    let server = Quiet::start(&data);
    assert_eq!(secret(&data.join("owner-key")), key);
    assert!(!server.printed.contains("owner-key"), "{}", server.printed);
    let next = secret(&data.join("sign-in-link"));
    assert_ne!(next, link);
    Client::new(&server.url, None).get(&next).expect(200);
}

#[test]
fn a_first_start_that_fails_makes_no_key() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let certificate = ["--tls-certificate", "no.pem", "--tls-key", "no.pem"];
    for flags in [["--listen", &listen].as_slice(), &certificate] {
        let output = Command::new(env!("CARGO_BIN_EXE_tierlight"))
            .args(["serve", "--set", "threads=1", "--data-dir"])
            .arg(&data)
            .args(["--listen", "127.0.0.1:0"].iter().filter(|_| flags[0] != "--listen"))
            .args(flags)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!data.join("owner-key").exists());
    }
    let server = Quiet::start(&data);
    Client::new(&server.url, Some(&secret(&data.join("owner-key")))).get("/api/v1/keys").expect(200);
}
