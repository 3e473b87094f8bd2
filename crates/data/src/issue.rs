//! Problems found in the input: all are collected, none stops at the first.

use serde::Serialize;

/// How bad an issue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// The row was used with an assumption.
    Warning,
    /// The row was rejected.
    Error,
}

impl Severity {
    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Stable code.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// File or sheet.
    pub file: String,
    /// Row; the header is row 1. `None` for a whole file.
    pub row: Option<u64>,
    /// Column as the user named it.
    pub column: String,
    /// What was found.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// What to do.
    pub hint: String,
}

/// Longest piece of a cell that an issue repeats.
const SHOWN: usize = 80;

/// A cell as messages repeat it: its first 80 characters.
pub(crate) fn cut(cell: &str) -> String {
    let mut shown: String = cell.chars().take(SHOWN).collect();
    if shown.len() < cell.len() {
        shown.push('…');
    }
    shown
}

impl Issue {
    /// A new issue; `found` is cut to 80 characters.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, file: &str, row: Option<u64>, column: &str, found: &str) -> Self {
        Self {
            code,
            severity,
            file: file.to_owned(),
            row,
            column: column.to_owned(),
            found: cut(found),
            expected: String::new(),
            hint: String::new(),
        }
    }

    /// Adds what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = expected.into();
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}
