//! `explain --sources` as text.

use std::collections::BTreeSet;

use tierlight_answers::Sources;
use tierlight_core::cite::Basis;
use tierlight_core::parameters::Grade;

use crate::view::{clean, heading, short, table};

/// Longest caveat shown in text.
const CAVEAT: usize = 90;
/// Longest title shown in text.
const TITLE: usize = 70;

/// The numbers as tables.
pub fn text(of: &Sources<'_>) -> String {
    let mut out = heading("7. Where every number comes from");
    out += &table(
        &["   enters", "number", ">value", "grade", "source", "pack or file", ">row", "table and key, or how it was made"],
        of.numbers.iter().map(|n| {
            let enters = n.term.map_or_else(|| n.part.slug().to_owned(), |term| format!("{}: {term}", n.part.slug()));
            let head = vec![format!("   {enters}"), n.name.clone(), n.value.map(number).unwrap_or_default()];
            head.into_iter().chain(basis(of, &n.basis)).collect()
        }),
    );
    out += &notes(of);
    out += &heading("Sources");
    out += &table(
        &["   source", "title", "publisher", "year", "caveats"],
        of.cited().iter().map(|s| {
            let caveats = short(&s.caveats, CAVEAT);
            vec![format!("   {}", s.key), short(&s.title, TITLE), short(&s.publisher, TITLE), s.year.clone(), caveats]
        }),
    );
    out + "\npacks_used.csv in the run folder lists every pack row of the whole run; --format json gives whole texts\n"
}

/// What the packs say of the rows, each once.
fn notes(of: &Sources<'_>) -> String {
    let noted = of.numbers.iter().filter_map(|n| match &n.basis {
        Basis::Pack(row) if !row.note.is_empty() => Some(format!("   {} ({}): {}\n", row.table, row.key, clean(&row.note))),
        _ => None,
    });
    let mut lines: Vec<String> = noted.collect();
    let mut seen = BTreeSet::new();
    lines.retain(|line| seen.insert(line.clone()));
    if lines.is_empty() { String::new() } else { heading("Notes of these rows") + &lines.concat() }
}

/// Grade, source, pack or file, row, table and key.
fn basis(of: &Sources<'_>, basis: &Basis) -> [String; 5] {
    let words = |how: String| [String::new(), String::new(), String::new(), String::new(), how];
    match basis {
        Basis::Pack(r) => {
            let grade = r.grade.map_or("", Grade::letter).to_owned();
            [grade, r.source.clone(), r.pack.clone(), r.row.to_string(), format!("{} ({})", r.table, r.key)]
        }
        Basis::Stated { table, id, report } => {
            let (file, row) = of.place(table, id);
            let source = report.clone().unwrap_or_else(|| "stated by you".to_owned());
            [String::new(), source, file, row.map(|r| r.to_string()).unwrap_or_default(), format!("{table} ({id})")]
        }
        Basis::Derived(from) => words(format!("from {from}")),
        Basis::Unknown => words("unknown: adds nothing".to_owned()),
    }
}

/// A number as the pack has it, or with four digits.
fn number(x: f64) -> String {
    let rounded = format!("{x:.4}");
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}
