//! The program as a child process.

use std::fs::File;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use serde::Deserialize;
use tierlight_data::memory::available;
use tokio::io::AsyncReadExt;
use tokio::process::{ChildStderr, ChildStdin, Command};

use super::Settings;

/// Longest line of its messages that is looked at.
const LINE: usize = 64 << 10;
/// Part of the free memory that a job may take unless told otherwise.
const SHARE_OF_FREE: f64 = 0.8;
/// Address space beside twice the memory: threads' stacks and files that are mapped take none of the memory.
#[cfg(target_os = "linux")]
const BESIDE: u64 = 4 << 30;
/// How much later than a request's thread it gets its turn.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

/// A child that runs. Dropped, it is killed.
pub(super) struct Child {
    process: tokio::process::Child,
    // the child ends when this closes, however this process ends
    _stdin: Option<ChildStdin>,
    stderr: Option<ChildStderr>,
    pending: Vec<u8>,
    steps: Vec<Step>,
    error: Option<Told>,
}

/// What the child said it is doing.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Step {
    pub stage: String,
    #[serde(rename = "step")]
    number: u64,
    #[serde(rename = "steps")]
    of_all: u64,
    done: u64,
    of: u64,
}

impl Step {
    /// How much of all is done, from 0 to 1.
    pub fn share(&self) -> f64 {
        let part = if self.of > 0 { self.done as f64 / self.of as f64 } else { 0.0 };
        let before = self.number.saturating_sub(1) as f64;
        ((before + part.min(1.0)) / self.of_all.max(1) as f64).clamp(0.0, 1.0)
    }
}

/// What the child said went wrong.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Told {
    pub code: String,
    pub message: String,
    #[serde(default)]
    pub hint: String,
}

/// What a child has to say.
pub(super) enum Said {
    Step(Step),
    Ended(Ended),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Error { error: Told },
    Step(Step),
}

/// How the child ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// None if that cannot be found out.
    pub status: Option<ExitStatus>,
    /// What it said went wrong.
    pub error: Option<Told>,
}

/// Memory that a job may take.
pub(super) fn memory(settings: &Settings) -> Option<u64> {
    if settings.memory > 0 {
        return Some(settings.memory);
    }
    available().map(|free| (free as f64 * SHARE_OF_FREE / settings.workers.max(1) as f64) as u64)
}

impl Child {
    /// Starts the program in a folder; what it prints goes into the file `printed` there.
    pub fn start(settings: &Settings, arguments: &[String], folder: &Path) -> std::io::Result<Self> {
        let mut command = Command::new(&settings.program);
        command
            .args(arguments)
            .current_dir(folder)
            // nothing of the service's own settings, secrets among them, is the program's business
            .env_clear()
            .envs(["PATH", "HOME", "LANG", "LC_ALL", "TZ"].into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))))
            .env("TMPDIR", folder)
            .env("TIERLIGHT_PARENT", "stdin")
            .env("TIERLIGHT_PROGRESS", "json")
            .env("TIERLIGHT_ERRORS", "json")
            .stdin(Stdio::piped())
            .stdout(File::create(folder.join("printed"))?)
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        let mut process = command.spawn()?;
        confine(&process, memory(settings));
        Ok(Self {
            _stdin: process.stdin.take(),
            stderr: process.stderr.take(),
            process,
            pending: Vec::new(),
            steps: Vec::new(),
            error: None,
        })
    }

    /// Waits for what it says next, or for its end. Dropped before that, nothing of it is lost.
    pub async fn next(&mut self) -> Said {
        loop {
            if let Some(step) = self.steps.pop() {
                // of several the last tells all
                self.steps.clear();
                return Said::Step(step);
            }
            if self.stderr.is_none() {
                let status = self.process.wait().await.ok();
                return Said::Ended(Ended { status, error: self.error.take() });
            }
            self.hear().await;
        }
    }

    /// Hears more of what it says.
    async fn hear(&mut self) {
        let Some(stderr) = &mut self.stderr else { return };
        let mut buffer = [0; 4096];
        match stderr.read(&mut buffer).await {
            Ok(0) | Err(_) => self.stderr = None,
            Ok(read) => self.pending.extend_from_slice(buffer.get(..read).unwrap_or_default()),
        }
        while let Some(end) = self.pending.iter().position(|b| *b == b'\n') {
            let line: Vec<u8> = self.pending.drain(..=end).collect();
            match serde_json::from_slice(&line) {
                Ok(Line::Error { error }) => self.error = Some(error),
                Ok(Line::Step(step)) => self.steps.push(step),
                // remarks for people
                Err(_) => {}
            }
        }
        if self.pending.len() > LINE {
            self.pending.clear();
        }
    }

    /// Ends it, and waits until it is gone.
    pub async fn kill(&mut self) {
        // it may have ended by itself
        let _ = self.process.kill().await;
    }
}

/// Keeps a child from taking the machine with it: it is slower than requests, the first to be ended when memory runs out, and cannot
/// grow without end. What the system refuses is left as it is.
#[cfg(target_os = "linux")]
fn confine(process: &tokio::process::Child, memory: Option<u64>) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit, setpriority_process};
    let Some(pid) = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) else { return };
    let _ = setpriority_process(Some(pid), NICENESS);
    let _ = std::fs::write(format!("/proc/{}/oom_score_adj", pid.as_raw_nonzero()), "1000");
    if let Some(memory) = memory {
        let most = Some(memory.saturating_mul(2).saturating_add(BESIDE));
        let _ = prlimit(Some(pid), Resource::As, Rlimit { current: most, maximum: most });
    }
}

#[cfg(not(target_os = "linux"))]
fn confine(_process: &tokio::process::Child, _memory: Option<u64>) {}
