//! Progress on stderr: stages of a run. Silent when stderr is no terminal, unless a program asks for lines of JSON.

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tierlight_core::{Observer, Stage};

/// Stages before and after the core's.
const STAGES: u64 = 11;

/// Environment variable that asks for lines of JSON, `{"stage":…,"step":…,"steps":…,"done":…,"of":…}`, for a program that runs this one.
const PROGRESS: &str = "TIERLIGHT_PROGRESS";
/// How often parts of a stage are told to a program.
const PAUSE: Duration = Duration::from_millis(250);

/// A progress line with a bar over the stages.
pub struct Progress {
    bar: ProgressBar,
    lines: Option<Lines>,
}

/// Progress for a program.
struct Lines {
    told: Mutex<Instant>,
}

impl Lines {
    fn asked() -> Option<Self> {
        let asked = std::env::var_os(PROGRESS).is_some_and(|value| value == "json");
        asked.then(|| Self { told: Mutex::new(Instant::now()) })
    }

    fn tell(&self, bar: &ProgressBar, stage: &str, done: usize, of: usize) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let steps = bar.length().unwrap_or_default();
        let line = serde_json::json!({ "stage": stage, "step": bar.position(), "steps": steps, "done": done, "of": of });
        // a parent that does not read is no reason to stop
        let _ = writeln!(std::io::stderr(), "{line}");
    }

    /// True when the last line is long enough ago.
    fn is_due(&self) -> bool {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).elapsed() >= PAUSE
    }
}

impl Progress {
    /// Starts the line of a run.
    pub fn new() -> Self {
        Self::of_runs(1)
    }

    /// Starts a line of so many steps.
    pub fn of(steps: u64) -> Self {
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{spinner} [{bar:18}] {pos}/{len} {msg} {elapsed}") {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar, lines: Lines::asked() }
    }

    /// Starts the line of runs of several networks.
    pub fn of_runs(networks: usize) -> Self {
        Self::of(1 + networks as u64 * (STAGES - 1))
    }

    /// The next stage begins.
    pub fn next(&self, message: &str) {
        self.bar.inc(1);
        self.bar.set_message(message.to_owned());
        if let Some(lines) = &self.lines {
            lines.tell(&self.bar, message, 0, 0);
        }
    }

    /// The line is taken away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for Progress {
    fn stage(&self, stage: Stage) {
        self.next(stage.label());
    }

    fn progress(&self, done: usize, of: usize) {
        let message = self.bar.message();
        let stage = message.split(" · ").next().unwrap_or_default();
        self.bar.set_message(format!("{stage} · {} %", 100 * done / of.max(1)));
        if let Some(lines) = self.lines.as_ref().filter(|lines| lines.is_due()) {
            lines.tell(&self.bar, stage, done, of);
        }
    }

    fn cancelled(&self) -> bool {
        crate::stop::asked()
    }
}

/// A remark on stderr.
pub fn note(text: &str) {
    // a closed stderr is no reason to stop
    let _ = writeln!(std::io::stderr(), "note: {text}");
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
