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
}

impl HtmlSafe for TableView<'_> {}

impl<'a> TableView<'a> {
    pub(super) fn new(table: &'a Table, frame: &'a Frame) -> Self {
        Self { table, frame }
    }

    fn end_class(column: &Column) -> EndClass {
        EndClass(column.align == Align::End)
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

/// Class of a column of numbers.
struct EndClass(bool);

impl HtmlSafe for EndClass {}

impl Display for EndClass {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { " class=\"e\"" } else { "" })
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
