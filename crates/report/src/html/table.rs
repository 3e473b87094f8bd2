//! A table as HTML.

use std::fmt::{self, Display, Formatter};

use askama::Template;
use askama::filters::HtmlSafe;

use super::text;
use crate::document::{Align, Cell, Column, Frame, LeftOut, Table};

/// A table.
#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct TableView<'a> {
    table: &'a Table,
    frame: &'a Frame,
    /// Of each column.
    classes: Vec<ColumnClass>,
}

impl HtmlSafe for TableView<'_> {}

impl<'a> TableView<'a> {
    pub(super) fn new(table: &'a Table, frame: &'a Frame) -> Self {
        let classes = table.columns.iter().enumerate().map(|(at, column)| ColumnClass::new(table, at, column)).collect();
        Self { table, frame, classes }
    }

    /// What a script sorts by, where the words are not it.
    fn sort_key(cell: &Cell) -> Attribute {
        let key = match cell {
            Cell::Bar { length, .. } => Some(*length),
            Cell::Interval { at, .. } => Some(at[0]),
            _ => None,
        };
        Attribute(key.filter(|k| k.is_finite()).map(|k| ("data-v", (k * 1e6).round() / 1e6)))
    }

    /// A part of a whole, of a hundred.
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "templates pass what they match on by reference")]
    fn hundredths(part: &f64) -> f64 {
        if part.is_finite() { (part.clamp(0.0, 1.0) * 1_000.0).round() / 10.0 } else { 0.0 }
    }

    /// The interval as a band and the point as a tick across it.
    fn interval_path(at: &[f64; 3]) -> String {
        let [point, low, high] = [at[0], at[1], at[2]].map(|x| Self::hundredths(&x));
        let (low, high) = (low.min(high), low.max(high));
        let point = point.clamp(1.0, 99.0) - 1.0;
        format!("M{low} 2h{}v2H{low}zM{point} 0h2v6h-2z", ((high - low) * 10.0).round() / 10.0)
    }

    fn more_rows(frame: &Frame, left_out: &LeftOut) -> String {
        text::plain(&frame.more_rows.replace("{n}", &grouped(left_out.rows)).replace("{file}", &left_out.file))
    }
}

/// An attribute of our own making.
struct Attribute(Option<(&'static str, f64)>);

impl HtmlSafe for Attribute {}

impl Display for Attribute {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some((name, value)) => write!(f, " {name}=\"{value}\""),
            None => Ok(()),
        }
    }
}

/// Letters from which a cell needs a wide column, and a widest one, not to become a tower of single words.
const WIDE: [usize; 2] = [24, 90];
/// Rows that are looked at for it.
const LOOKED_AT: usize = 40;

/// Classes of a column: numbers, and how wide it is at least.
struct ColumnClass(&'static str);

impl ColumnClass {
    fn new(table: &Table, at: usize, column: &Column) -> Self {
        let letters = |cell: &Cell| match cell {
            Cell::Text(words) | Cell::Bar { words, .. } | Cell::Interval { words, .. } | Cell::Blank(words) => {
                words.letters().chars().count()
            }
        };
        let cells = table.rows.iter().take(LOOKED_AT).filter_map(|row| row.get(at));
        let longest = cells.map(letters).max().unwrap_or(0);
        Self(match (column.align, longest) {
            (Align::End, _) => " class=\"e\"",
            (Align::Start, l) if l >= WIDE[1] => " class=\"w2\"",
            (Align::Start, l) if l >= WIDE[0] => " class=\"w1\"",
            _ => "",
        })
    }
}

impl HtmlSafe for ColumnClass {}

impl Display for ColumnClass {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A count with its thousands apart.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
