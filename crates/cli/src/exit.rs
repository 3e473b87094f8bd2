//! Exit codes, and how errors are told.

use std::process::ExitCode;

use tierlight_data::{Error, core_hint};

/// Rows rejected beyond the allowance, or issues found by `check`.
pub const ISSUES: u8 = 1;
/// The command line asks for something that is not there.
const USAGE: u8 = 2;
/// The input cannot be read, or would not fit into memory.
const UNREADABLE: u8 = 3;

/// What a command prints, and how it ends.
pub struct Output {
    /// Text for stdout.
    pub text: String,
    /// Exit code.
    pub exit: ExitCode,
}

impl Output {
    /// Done.
    pub fn done(text: String) -> Self {
        Self { text, exit: ExitCode::SUCCESS }
    }
}

/// A mistake on the command line.
#[derive(Debug)]
pub struct Usage {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Usage {}

/// A usage error.
pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> anyhow::Error {
    Usage { message: message.into(), hint: hint.into() }.into()
}

/// Environment variable that asks for errors as JSON, for a program that calls this one.
const ERRORS: &str = "TIERLIGHT_ERRORS";

/// An error as one line of JSON: code, message, hint, and the place in the input where there is one.
fn as_json(error: &anyhow::Error, hint: &str) -> serde_json::Value {
    let data = error.downcast_ref::<Error>();
    let code = data.map_or(if error.is::<Usage>() { "usage" } else { "failed" }, Error::code);
    let mut out = serde_json::json!({ "code": code, "message": format!("{error:#}"), "hint": hint });
    if let Some(Error::Malformed { file, row, column, .. }) = data {
        out["file"] = file.as_str().into();
        out["row"] = (*row).into();
        out["column"] = column.as_str().into();
    }
    serde_json::json!({ "error": out })
}

/// Prints an error and returns its exit code.
#[allow(clippy::print_stderr, reason = "the one place where errors are told")]
pub fn report(error: &anyhow::Error) -> ExitCode {
    if crate::stop::asked() {
        return crate::stop::told();
    }
    let (hint, code) = match (error.downcast_ref::<Usage>(), error.downcast_ref::<Error>()) {
        (Some(usage), _) => (usage.hint.as_str(), USAGE),
        (_, Some(data)) => (data.hint(), UNREADABLE),
        _ => {
            let store = error.downcast_ref().map(tierlight_store::Error::hint);
            let answers = || error.downcast_ref().map(tierlight_answers::Error::hint);
            (store.or_else(answers).or_else(|| error.downcast_ref().map(core_hint)).unwrap_or_default(), UNREADABLE)
        }
    };
    if std::env::var_os(ERRORS).is_some_and(|form| form == "json") {
        eprintln!("{}", as_json(error, hint));
        return ExitCode::from(code);
    }
    eprintln!("error: {error:#}");
    if !hint.is_empty() {
        eprintln!(" hint: {hint}");
    }
    ExitCode::from(code)
}
