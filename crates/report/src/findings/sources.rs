//! Sources behind a run.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::cite::rows_used;
use tierlight_core::parameters::Grade;

use crate::error::Result;

/// A source, and how much of a run rests on it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SourceFinding {
    /// Key.
    pub key: String,
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Year.
    pub year: String,
    /// What to be careful about.
    pub caveats: String,
    /// Rows of the packs that cite it and that the run may have used.
    pub rows: usize,
    /// Grades of these rows.
    pub grades: String,
}

/// Sources of all pack rows that scores of the run may rest on, and `also`; by key.
pub(crate) fn sources(a: &Assessment<'_>, also: &BTreeSet<String>) -> Result<Vec<SourceFinding>> {
    let mut used: BTreeMap<String, (usize, BTreeSet<Grade>)> = also.iter().map(|k| (k.clone(), (0, BTreeSet::new()))).collect();
    for row in rows_used(a)?.into_iter().filter(|r| !r.source.is_empty()) {
        let entry = used.entry(row.source).or_default();
        entry.0 += 1;
        entry.1.extend(row.grade);
    }
    let of = |(key, (rows, grades)): (String, (usize, BTreeSet<Grade>))| {
        let source = a.parameters.source(&key);
        let text = |f: fn(&tierlight_core::parameters::Source) -> &String| source.map(f).cloned().unwrap_or_default();
        SourceFinding {
            title: text(|s| &s.title),
            publisher: text(|s| &s.publisher),
            year: text(|s| &s.year),
            caveats: text(|s| &s.caveats),
            rows,
            grades: grades.into_iter().map(Grade::letter).collect::<Vec<_>>().join(" "),
            key,
        }
    };
    Ok(used.into_iter().map(of).collect())
}
