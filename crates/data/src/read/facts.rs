//! Cells to facts of the law.

use std::collections::BTreeSet;

use tierlight_core::law::{Fact, FactKind};

use super::mapping::Handle;
use super::{Rows, value};
use crate::text::{did_you_mean, header_key, nearest};

/// Words that say that no word applies, and that no other does.
const NONE: &str = "none";
const COMPLETE: &str = "nothing_else";

/// A fact of a cell; a blank is unknown, a bad cell rejects the row.
pub(super) fn fact(rows: &mut Rows<'_>, row: usize, column: Handle, kind: &FactKind) -> Option<Fact> {
    match kind {
        FactKind::YesNo => rows.parse("answer_invalid", row, column, value::yes_no).map(Fact::YesNo),
        FactKind::Number => rows.parse("band_invalid", row, column, value::band).map(|(low, high)| Fact::Number { low, high }),
        FactKind::Words(words) => list(rows, row, column, words),
        FactKind::Derived(_) => None,
    }
}

/// Words parted by `;`, `,` or `|`; `not word` was looked for and is not there.
fn list(rows: &mut Rows<'_>, row: usize, column: Handle, known: &[String]) -> Option<Fact> {
    let cell = rows.cell(row, column);
    if cell.is_empty() {
        return None;
    }
    let (mut present, mut absent, mut complete) = (BTreeSet::new(), BTreeSet::new(), false);
    for part in cell.split([';', ',', '|']) {
        let word = header_key(part);
        let (negated, word) = word.strip_prefix("not_").or(word.strip_prefix("no_")).map_or((false, word.as_str()), |rest| (true, rest));
        match word {
            "" => {}
            NONE | COMPLETE if !negated => complete = true,
            word if known.iter().any(|k| k == word) => {
                let of = if negated { &mut absent } else { &mut present };
                of.insert(word.to_owned());
            }
            word => {
                let near = nearest(word, known.iter().map(String::as_str));
                let expected = format!("none, or words of {}", known.join(", "));
                rows.reject("value_unknown", row, column, expected, did_you_mean(&near));
                return None;
            }
        }
    }
    if !present.is_disjoint(&absent) || (complete && present.is_empty() && cell.to_lowercase().contains(COMPLETE)) {
        rows.reject("words_contradict", row, column, "each word once, with `not` or without", "correct the cell");
        return None;
    }
    Some(Fact::Words { present, absent, complete })
}
