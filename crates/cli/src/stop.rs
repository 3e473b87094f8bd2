//! Ctrl-C and SIGTERM: work stops, and nothing half-written stays.

use std::io::Write;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tierlight_data::atomic::{abandon, committed};

/// Exit code of a run that was stopped, as of shells: 128 + SIGINT.
const STOPPED: u8 = 130;
/// How long threads may take to notice. What asks the observer stops by itself; a long sort or a slow disk does not ask.
const PATIENCE: Duration = Duration::from_millis(600);

static ASKED: AtomicBool = AtomicBool::new(false);

/// True once the user wants an end.
pub fn asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Listens from now on. The first signal sets the flag that observers report, and ends the process when that takes too long; the
/// second ends it at once.
pub fn listen() {
    let heard = || {
        if ASKED.swap(true, Ordering::Relaxed) {
            std::process::exit(i32::from(STOPPED));
        }
        std::thread::spawn(|| {
            std::thread::sleep(PATIENCE);
            abandon(|committed| {
                say(committed);
                std::process::exit(i32::from(STOPPED));
            });
        });
    };
    // where a handler cannot be set, signals end the process as ever, and the next run takes away what is left
    let _ = ctrlc::set_handler(heard);
}

/// Ends this process now, for the sake of one that is gone; what is being written is taken away.
pub fn at_once() {
    abandon(|_| std::process::exit(i32::from(STOPPED)));
}

/// Says what there is after a stop.
pub fn told() -> ExitCode {
    say(committed());
    ExitCode::from(STOPPED)
}

fn say(committed: usize) {
    let text = match committed {
        0 => "stopped; nothing was written".to_owned(),
        1 => "stopped; 1 run folder was finished before and is complete, nothing else was written".to_owned(),
        n => format!("stopped; {n} run folders were finished before and are complete, nothing else was written"),
    };
    // a closed stderr is no reason to go on
    let _ = writeln!(std::io::stderr(), "{text}");
}
