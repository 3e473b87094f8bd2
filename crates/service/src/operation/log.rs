//! The log: to stderr, as text or JSON; no secrets, no values of the input.

use std::io;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::{Config, LogForm};

/// Begins to log. A second beginning in one process changes nothing.
pub fn begin(config: &Config) {
    // what our libraries tell at these levels may hold statements and addresses
    let filter = format!("warn,tierlight_service={0},tierlight_store={0},tierlight_answers={0},sqlx=off", config.log_level);
    let lines = fmt().with_env_filter(EnvFilter::new(filter)).with_writer(io::stderr).with_ansi(false).with_target(false);
    let _ = match config.log {
        LogForm::Text => lines.try_init(),
        LogForm::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
    };
}
