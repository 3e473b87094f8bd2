//! A PostgreSQL server for tests: of this machine's program, in a folder of its own, reached by a socket there.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::debian;

/// Where Debian keeps the programs, below the version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that runs until this is dropped.
pub struct Server {
    process: Child,
    folder: PathBuf,
}

impl Server {
    /// Installs PostgreSQL if it is not there, and starts a server. Fails when it cannot.
    pub fn start() -> anyhow::Result<Self> {
        let programs = if let Some(programs) = programs() {
            programs
        } else {
            debian::install(&[(DEBIAN, "postgresql")])?;
            programs().with_context(|| format!("installed postgresql, but no initdb is on the path or below {DEBIAN}"))?
        };
        let folder = std::env::temp_dir().join(format!("tierlight-postgres-{}", std::process::id()));
        std::fs::create_dir(&folder)?;
        let own = folder.display().to_string();
        // the server refuses to run as root
        let root = Command::new("id").arg("-u").output().is_ok_and(|o| o.stdout.trim_ascii() == b"0");
        let command = |program: &str| {
            let program = programs.join(program);
            if !root {
                return Command::new(program);
            }
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
            command
        };
        if root && !Command::new("chown").args(["postgres", &own]).status()?.success() {
            bail!("cannot give {own} to the user postgres, as whom the server runs");
        }
        let data = folder.join("data");
        let mut init = command("initdb");
        init.arg("-D").arg(&data).args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"]);
        let output = init.current_dir(&folder).output().context("initdb")?;
        if !output.status.success() {
            bail!("initdb: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        let log = std::fs::File::create(folder.join("log"))?;
        let mut serve = command("postgres");
        serve.arg("-D").arg(&data).args(["-k", &own, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=500"]);
        let process = serve.current_dir(&folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).spawn().context("postgres")?;
        let mut server = Self { process, folder };
        server.wait()?;
        Ok(server)
    }

    /// Its URL, with the database `postgres`.
    pub fn url(&self) -> String {
        let host: String = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://postgres@{host}/postgres")
    }

    fn wait(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        while UnixStream::connect(self.folder.join(".s.PGSQL.5432")).is_err() {
            if let Some(status) = self.process.try_wait()? {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                bail!("postgres ended ({status})\n{log}");
            }
            if begun.elapsed() > PATIENCE {
                bail!("postgres does not answer after {} s", PATIENCE.as_secs());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // an orderly end gives shared memory back; nothing of the data is kept
        let asked = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Folder of initdb and postgres: the newest below Debian's, else on the path.
fn programs() -> Option<PathBuf> {
    let has_both = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let version = |folder: &PathBuf| folder.file_name().and_then(|n| n.to_str()?.parse::<u32>().ok());
    let mut found: Vec<PathBuf> = std::fs::read_dir(DEBIAN).into_iter().flatten().filter_map(|e| e.ok().map(|e| e.path())).collect();
    found.sort_by_key(version);
    let of_debian = found.into_iter().rev().map(|folder| folder.join("bin")).find(|folder| has_both(folder));
    of_debian.or_else(|| std::env::split_paths(&std::env::var_os("PATH")?).find(|folder| has_both(folder)))
}
