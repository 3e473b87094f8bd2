//! What stops reading or writing. Bad rows are [`crate::Issue`]s instead.

use std::path::PathBuf;

use crate::issue::Issue;

/// Everything that can stop this crate. `hint` says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// File or folder.
        path: PathBuf,
        /// What the system or the format's reader said.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// A file is not written, to keep what is there.
    #[error("{path} {reason}: nothing is written")]
    Unwritable {
        /// File.
        path: PathBuf,
        /// What is there.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// A file is malformed at a place.
    #[error("{file}, row {row}, column {column}: {found}; expected {expected} [{code}]")]
    Malformed {
        /// Code of the problem.
        code: &'static str,
        /// File name.
        file: String,
        /// Row; the header is row 1.
        row: u64,
        /// Column name or number.
        column: String,
        /// What was found.
        found: String,
        /// What was expected.
        expected: String,
        /// What to do.
        hint: String,
    },
    /// A limit was exceeded.
    #[error("{file}: {limit} is {found}, at most {most} are read")]
    Limit {
        /// File name.
        file: String,
        /// Name of the limit.
        limit: &'static str,
        /// Size found.
        found: u64,
        /// The limit.
        most: u64,
    },
    /// Columns hold personal data. Values are never repeated.
    #[error("columns with personal data: {}", columns.join(", "))]
    Personal {
        /// `table.column (what)`.
        columns: Vec<String>,
    },
    /// A pack is broken.
    #[error("pack {pack}: {reason}")]
    Pack {
        /// Pack name or folder.
        pack: String,
        /// What is wrong, with file, row and column where there are any.
        reason: String,
    },
    /// A user's pack has errors.
    #[error("pack {pack}: {}", listed(issues))]
    BrokenPack {
        /// Pack folder.
        pack: String,
        /// All errors.
        issues: Vec<Issue>,
    },
    /// A table of which every row must hold has errors.
    #[error("{file}: {}", listed(issues))]
    BadTable {
        /// File.
        file: String,
        /// All errors.
        issues: Vec<Issue>,
    },
    /// A run cannot be written or read.
    #[error("run folder {path}: {reason}")]
    Run {
        /// Folder.
        path: PathBuf,
        /// What is wrong.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// A network would not fit into the memory that may be taken.
    #[error(
        "{input}: about {} of memory for {}, {} may be taken",
        crate::memory::shown(*needed), sizes, crate::memory::shown(*most)
    )]
    Memory {
        /// File or folder.
        input: PathBuf,
        /// Size of the network, estimated or counted.
        sizes: crate::memory::Sizes,
        /// Estimate of the peak, bytes.
        needed: u64,
        /// What may be taken, bytes.
        most: u64,
        /// What to do.
        hint: String,
    },
    /// An option is out of its range.
    #[error("{what} is {found}, expected {expected}")]
    Option {
        /// Option.
        what: String,
        /// Value found.
        found: String,
        /// Its range.
        expected: String,
        /// What to do.
        hint: String,
    },
    /// The core refused.
    #[error(transparent)]
    Core(#[from] tierlight_core::Error),
    /// The input has no table with the columns that are needed.
    #[error("{file}: no table of {table} found; columns are {columns}")]
    NoColumns {
        /// File or folder name.
        file: String,
        /// Table that is needed.
        table: &'static str,
        /// Columns found.
        columns: String,
        /// Columns that are needed.
        expected: String,
    },
    /// The input has no table that could be understood.
    #[error("{file}: no table of sites or links found; columns are {columns}")]
    NoTable {
        /// File or folder name.
        file: String,
        /// Columns found.
        columns: String,
        /// What to do.
        hint: String,
    },
}

/// Issues that an error shows.
const SHOWN: usize = 5;

/// The first few issues, one a line.
fn listed(issues: &[Issue]) -> String {
    use std::fmt::Write;
    let mut out = format!("{} {}", issues.len(), if issues.len() == 1 { "error" } else { "errors" });
    for issue in issues.iter().take(SHOWN) {
        let row = issue.row.map(|r| format!(", row {r}")).unwrap_or_default();
        let hint = if issue.hint.is_empty() { String::new() } else { format!(" ({})", issue.hint) };
        // writing to a String cannot fail
        let _ = write!(
            out,
            "\n  {}{row}, column {}: found `{}`, expected {}{hint} [{}]",
            issue.file, issue.column, issue.found, issue.expected, issue.code
        );
    }
    if issues.len() > SHOWN {
        let _ = write!(out, "\n  and {} more", issues.len() - SHOWN);
    }
    out
}

/// What the user can do about an error of the core; empty where nothing general can be said.
#[must_use]
pub fn core_hint(error: &tierlight_core::Error) -> &'static str {
    match error {
        tierlight_core::Error::ClosedLoop { .. } => {
            "lower input_share or the shares of one of the sites: some value must be added somewhere"
        }
        tierlight_core::Error::NotConverged { .. } => {
            "lower input_share of sites that only pass goods on, or the shares they buy from each other"
        }
        tierlight_core::Error::Scenario { .. } => {
            "`tierlight trace RUN --buyer ID` shows who supplies whom; docs/whatif.md lists the actions"
        }
        tierlight_core::Error::AreaModel { .. } => "run `tierlight packs check` on each of your packs",
        tierlight_core::Error::Learn { .. } => "random visits of a plan carry inclusion_probability; see docs/learn.md",
        tierlight_core::Error::NoPlan { .. } => {
            "look at days and homes of the teams, at the month (some sites are shut: --visit-closed) and at --across-provinces"
        }
        tierlight_core::Error::BrokenPlan { .. } => "please report this with the command and the teams",
        _ => "",
    }
}

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> &str {
        match self {
            Error::Unreadable { hint, .. }
            | Error::Unwritable { hint, .. }
            | Error::Malformed { hint, .. }
            | Error::Run { hint, .. }
            | Error::Memory { hint, .. }
            | Error::Option { hint, .. }
            | Error::NoTable { hint, .. } => hint,
            Error::NoColumns { expected, .. } => expected,
            Error::Limit { .. } => "split the file, or use Parquet",
            Error::Personal { .. } => "remove the columns, or pass --drop-personal to leave them out; victims are counts, never people",
            Error::Pack { .. } | Error::BrokenPack { .. } => "run `tierlight packs check` on the pack",
            Error::BadTable { .. } => "correct the rows named, or delete them",
            Error::Core(error) => core_hint(error),
        }
    }

    /// Short code, for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Error::Unreadable { .. } => "unreadable",
            Error::Unwritable { .. } => "unwritable",
            Error::Malformed { code, .. } => code,
            Error::Limit { .. } => "limit",
            Error::Personal { .. } => "personal_data",
            Error::Pack { .. } | Error::BrokenPack { .. } => "pack",
            Error::BadTable { .. } => "bad_table",
            Error::Run { .. } => "run",
            Error::Memory { .. } => "memory",
            Error::Core(tierlight_core::Error::Cancelled) => "cancelled",
            Error::Option { .. } => "option",
            Error::Core(_) => "assessment",
            Error::NoTable { .. } | Error::NoColumns { .. } => "no_table",
        }
    }

    /// Wraps an I/O error with its path.
    pub(crate) fn io(path: &std::path::Path, error: &std::io::Error) -> Self {
        let hint = match error.kind() {
            std::io::ErrorKind::NotFound => "check the path",
            std::io::ErrorKind::PermissionDenied => "check who may read and write it",
            _ => "",
        };
        Error::Unreadable { path: path.to_owned(), reason: error.to_string(), hint: hint.to_owned() }
    }
}
