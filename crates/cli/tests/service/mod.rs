//! A started service and a client, for tests of the built program.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A service that ends with the test.
pub struct Server {
    pub child: Child,
    /// Where it is.
    pub url: String,
    /// The owner's key; only at the first start.
    pub key: Option<String>,
    /// A link that opens the app.
    pub link: String,
    pub data: PathBuf,
}

impl Server {
    /// Starts a service on a folder and any free port.
    pub fn start(data: &Path, flags: &[&str]) -> Self {
        Self::start_with(data, flags, &[])
    }

    pub fn start_with(data: &Path, flags: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program());
        command.args(["serve", "--listen", "127.0.0.1:0"]).arg("--data-dir").arg(data).args(flags);
        command.envs(variables.iter().copied());
        Self::of(command, data)
    }

    /// Starts a service by a command of one's own.
    pub fn of(mut command: Command, data: &Path) -> Self {
        let log = std::fs::File::create(data.with_extension("log")).unwrap();
        let mut child = command.arg("--show-key").stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut url, mut key, mut link) = (None, None, None);
        while link.is_none() {
            let Some(Ok(line)) = lines.next() else {
                panic!("the service ended:\n{}", std::fs::read_to_string(data.with_extension("log")).unwrap_or_default());
            };
            if let Some(told) = line.strip_prefix("tierlight serves ") {
                url = Some(told.to_owned());
            } else if let Some(told) = line.strip_prefix("owner's key, shown this once: ") {
                key = Some(told.to_owned());
            } else if let Some(told) = line.strip_prefix("open this once in a browser: ") {
                link = Some(told.to_owned());
            }
        }
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url: url.unwrap(), key, link: link.unwrap(), data: data.to_owned() }
    }

    /// A client with the owner's key.
    pub fn owner(&self) -> Client {
        Client::new(&self.url, self.key.as_deref())
    }

    /// A client with a key, or none.
    pub fn client(&self, key: Option<&str>) -> Client {
        Client::new(&self.url, key)
    }

    /// What it wrote to its log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.data.with_extension("log")).unwrap_or_default()
    }

    /// Asks it to end, and waits for that.
    pub fn stop(mut self) -> Duration {
        let begun = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        while self.child.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(30), "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        begun.elapsed()
    }

    /// Memory that it takes now, bytes.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// Most memory that it ever took, bytes.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|l| l.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    /// The value, if the status is as expected.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// A problem of a code.
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["status"], status);
        problem
    }
}

/// A client.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    pub url: String,
    pub headers: Vec<(String, String)>,
}

impl Client {
    pub fn new(url: &str, key: Option<&str>) -> Self {
        let agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).timeout_global(Some(Duration::from_mins(2))).build();
        let headers = key.map(|k| ("Authorization".to_owned(), format!("Bearer {k}"))).into_iter().collect();
        Self { agent: agent.into(), url: url.to_owned(), headers }
    }

    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    pub fn send(&self, method: &str, path: &str, kind: Option<&str>, body: &[u8]) -> Reply {
        self.try_send(method, path, kind, body).unwrap_or_else(|e| panic!("{method} {path}: {e}"))
    }

    /// The answer, if a whole one comes.
    pub fn try_send(&self, method: &str, path: &str, kind: Option<&str>, body: &[u8]) -> Result<Reply, ureq::Error> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        let mut request = ureq::http::Request::builder().method(method).uri(&url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(kind) = kind {
            request = request.header("Content-Type", kind);
        }
        let answer = if kind.is_none() && body.is_empty() {
            self.agent.run(request.body(()).unwrap())
        } else {
            self.agent.run(request.body(body.to_vec()).unwrap())
        };
        let mut answer = answer?;
        let headers = answer.headers().iter().map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect();
        let mut bytes = Vec::new();
        answer.body_mut().as_reader().read_to_end(&mut bytes)?;
        Ok(Reply { status: answer.status().as_u16(), headers, body: bytes })
    }

    pub fn get(&self, path: &str) -> Reply {
        self.send("GET", path, None, &[])
    }

    pub fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, None, &[])
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, Some("application/json"), body.to_string().as_bytes())
    }

    /// A form of parts: name, file name, bytes. A part without a file name is JSON.
    pub fn form(&self, path: &str, parts: &[(&str, Option<&str>, &[u8])]) -> Reply {
        let mark = "------------------------tierlight";
        let mut body = Vec::new();
        for (name, file, bytes) in parts {
            let file = file.map_or_else(
                || "\r\nContent-Type: application/json".to_owned(),
                |f| format!("; filename=\"{f}\"\r\nContent-Type: application/octet-stream"),
            );
            body.extend(format!("--{mark}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{mark}--\r\n").bytes());
        self.send("POST", path, Some(&format!("multipart/form-data; boundary={mark}")), &body)
    }

    /// Makes a network of all tables of a folder, and waits until it is read.
    pub fn upload_folder(&self, name: &str, folder: &Path, options: &Value) -> Value {
        let network = self.post("/api/v1/networks", &json!({ "name": name })).expect(201).json();
        let options = options.to_string();
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "csv" || e == "parquet") {
                files.push((path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()));
            }
        }
        files.sort();
        let mut parts: Vec<(&str, Option<&str>, &[u8])> = vec![("options", None, options.as_bytes())];
        parts.extend(files.iter().map(|(name, bytes)| ("file", Some(name.as_str()), bytes.as_slice())));
        let path = format!("/api/v1/networks/{}/versions", network["id"].as_str().unwrap());
        let version = self.form(&path, &parts).expect(202).json();
        self.finished(version["job"].as_str().unwrap());
        self.get(&format!("/api/v1/versions/{}", version["id"].as_str().unwrap())).expect(200).json()
    }

    /// Waits for a job; returns it.
    pub fn finished(&self, job: &str) -> Value {
        let begun = Instant::now();
        loop {
            let found = self.get(&format!("/api/v1/jobs/{job}")).expect(200).json();
            if matches!(found["state"].as_str(), Some("done" | "failed" | "cancelled")) {
                return found;
            }
            assert!(begun.elapsed() < Duration::from_mins(10), "{found}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Scores a version and waits for the run.
    pub fn score(&self, version: &str, options: &Value) -> Value {
        let run = self.post("/api/v1/runs", &json!({ "version": version, "options": options })).expect(202).json();
        self.finished(run["job"].as_str().unwrap());
        self.get(&format!("/api/v1/runs/{}", run["id"].as_str().unwrap())).expect(200).json()
    }

    /// Reads events of a job until the stream ends.
    pub fn events(&self, job: &str, after: Option<u64>) -> Vec<(u64, String, Value)> {
        let client = after.map_or_else(|| self.clone(), |seen| self.with("Last-Event-ID", &seen.to_string()));
        let text = client.get(&format!("/api/v1/jobs/{job}/events")).expect(200).text();
        let mut out = Vec::new();
        for block in text.split("\n\n") {
            let field = |name: &str| block.lines().find_map(|l| l.strip_prefix(&format!("{name}: ")).map(str::to_owned));
            if let (Some(id), Some(event), Some(data)) = (field("id"), field("event"), field("data")) {
                out.push((id.parse().unwrap(), event, serde_json::from_str(&data).unwrap()));
            }
        }
        out
    }
}

/// The program that is tested: the one built with the tests, or another, such as one built for release.
pub fn program() -> PathBuf {
    std::env::var_os("TIERLIGHT_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_tierlight").into(), PathBuf::from)
}

/// A folder of the examples.
pub fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

/// Runs the program and returns what it printed.
pub fn tierlight(args: &[&str]) -> String {
    let output = Command::new(program()).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
