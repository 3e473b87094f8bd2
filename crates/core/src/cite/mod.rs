//! From a score back to where its numbers come from: the numbers behind one site, and the pack rows behind a whole run.

mod district;
mod evidence;
mod level;
mod list;
mod rows;
mod site;

use std::borrow::Cow;

pub use rows::rows_used;
pub use site::citations;

use crate::parameters::{Coefficients, Grade, InputRow, Origin, Provenance, Value};

/// A number behind a score, and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    /// Part of the method that it enters.
    pub part: Part,
    /// Term of the waterfall that it enters; `None` outside the waterfalls.
    pub term: Option<&'static str>,
    /// Its name: a parameter, or what it is and of what.
    pub name: String,
    /// The number; `None` where it is unknown, or is words.
    pub value: Option<f64>,
    /// Where it comes from.
    pub basis: Basis,
}

/// Where a number comes from.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// A row of a pack.
    Pack(PackRow),
    /// The user's own row: table, id, column; for evidence the report it names.
    Stated {
        /// Table of the input.
        table: &'static str,
        /// Id of the row.
        id: String,
        /// Report that evidence names.
        report: Option<String>,
    },
    /// Arithmetic on other numbers, said in words.
    Derived(String),
    /// Nothing is known, and the term adds nothing.
    Unknown,
}

/// A row of a pack that a score used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackRow {
    /// Table.
    pub table: Cow<'static, str>,
    /// Primary key, joined by ", ".
    pub key: String,
    /// Column of the number.
    pub column: Cow<'static, str>,
    /// Pack.
    pub pack: String,
    /// Row in the pack's table; the header is row 1.
    pub row: u32,
    /// Grade; `None` where the row has none.
    pub grade: Option<Grade>,
    /// Key of the source; empty where the row needs none.
    pub source: String,
    /// What the pack says of the row.
    pub note: String,
}

/// Parts of the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// (1.1): prevalence of child labour.
    Prevalence,
    /// (1.2): forced among it, and the hazardous share.
    Forced,
    /// (1.3): girls among the children.
    Girls,
    /// (1.4): presence.
    Presence,
    /// Section 3: evidence and agents.
    Evidence,
    /// Section 4: what the site buys.
    Exposure,
    /// Section 6: severity, bands.
    Priority,
}

impl Part {
    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Part::Prevalence => "child_labour",
            Part::Forced => "forced_given_child_labour",
            Part::Girls => "girls_share",
            Part::Presence => "presence",
            Part::Evidence => "evidence",
            Part::Exposure => "exposure",
            Part::Priority => "priority",
        }
    }
}

impl PackRow {
    fn new(table: &'static str, key: impl Into<String>, column: &'static str, provenance: &Provenance) -> Self {
        let Provenance { grade, source, pack, row } = provenance.clone();
        Self { table: table.into(), key: key.into(), column: column.into(), pack, row, grade: Some(grade), source, note: String::new() }
    }

    /// A row whose value names no source.
    fn unsourced(table: &'static str, key: &str, column: &'static str, origin: &Origin) -> Self {
        let Origin { pack, row } = origin.clone();
        let (source, note) = (String::new(), String::new());
        Self { table: table.into(), key: key.to_owned(), column: column.into(), pack, row, grade: None, source, note }
    }

    fn input(input: &InputRow) -> Self {
        let (table, column) = (input.table.clone().into(), input.column.clone().into());
        Self { table, column, ..Self::new("", &input.key, "", &input.provenance) }
    }

    fn noted(self, note: &str) -> Self {
        Self { note: note.to_owned(), ..self }
    }

    fn coefficient(name: &'static str, value: &Value) -> Self {
        Self::new("parameters", name, "mean", &value.provenance)
    }
}

/// Name of a coefficient that is borrowed from `all`.
fn name_of(all: &Coefficients, value: &Value) -> &'static str {
    all.iter().find(|(_, v)| std::ptr::eq(*v, value)).map_or("", |(name, _)| name)
}
