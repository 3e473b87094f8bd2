//! A document with every kind of block and picture, and with names that would like to be markup.
//!
//! All companies, places and figures in it are invented.
#![allow(dead_code, reason = "each test uses a part")]

pub mod charts;
pub mod sample;

use tierlight_report::document::{Align, Cell, Column, Span, Table, Text};
use tierlight_report::language::Language;

/// Names that are harmful in some format: each must stay text in every one.
pub const HOSTILE: [&str; 11] = [
    "=cmd()",
    "<script>alert(1)</script>",
    "#panic(\"x\")",
    "*bold* _em_ `code` $x$ @ref <label>",
    "\u{202e}desrever\u{202c} \u{2067}isolate\u{2069}",
    "\"><img src=x onerror=alert(1)>",
    "--><!-- ]]> </title></svg></style>",
    "{{ 7*7 }} {% raw %} ${1}",
    "+1 @SUM(A1) \\input{x} // comment /* c */",
    "Ünïcode 日本語 🏭 اردو مصنوعات 12",
    "a\u{0}b\u{7}c\u{1b}[31m\u{fffe}\n\tnewline",
];

/// Words in one of the two languages.
pub fn say(language: Language, english: &str, urdu: &str) -> String {
    match language {
        Language::English => english.to_owned(),
        Language::Urdu => urdu.to_owned(),
    }
}

/// The same as text.
pub fn text(language: Language, english: &str, urdu: &str) -> Text {
    Text::plain(say(language, english, urdu))
}

/// A table of names and cells.
pub fn table(id: &str, caption: Text, columns: &[(&str, Align, f32)], rows: Vec<Vec<Cell>>) -> Table {
    let columns = columns.iter().map(|&(title, align, weight)| Column { title: Text::plain(title), align, weight }).collect();
    Table { id: id.to_owned(), caption, columns, rows, left_out: None, row_headers: true }
}

/// A cell with a number.
pub fn number(words: impl Into<String>) -> Cell {
    Cell::Text(Text::number(words))
}

/// A cell with a name.
pub fn name(words: impl Into<String>) -> Cell {
    Cell::Text(Text::name(words))
}

/// Spans as text.
pub fn spans(spans: impl IntoIterator<Item = Span>) -> Text {
    Text(spans.into_iter().collect())
}
