//! Progress on stderr: stages of a run. Silent when stderr is no terminal.

use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tierlight_core::{Observer, Stage};

/// Stages before and after the core's.
const STAGES: u64 = 11;

/// A progress line with a bar over the stages.
pub struct Progress {
    bar: ProgressBar,
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
        Self { bar }
    }

    /// Starts the line of runs of several networks.
    pub fn of_runs(networks: usize) -> Self {
        Self::of(1 + networks as u64 * (STAGES - 1))
    }

    /// The next stage begins.
    pub fn next(&self, message: &str) {
        self.bar.inc(1);
        self.bar.set_message(message.to_owned());
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
