//! A workbook, before it is a file: typed cells, so that numbers stay numbers and dates stay dates.
//!
//! `xlsx::write(&Workbook) -> Result<Vec<u8>>` makes the file. Every [`Value::Text`] is text, whatever it begins with.

use jiff::civil::Date;

use crate::language::Language;

/// A workbook.
#[derive(Debug, Clone)]
pub struct Workbook {
    /// Language; sheets of a right-to-left language run from right to left.
    pub language: Language,
    /// Title, in the file's properties and over the first sheet.
    pub title: String,
    /// Subject, in the file's properties: the run, the buyer.
    pub subject: String,
    /// The day as of which it is written: also the file's creation date, so that the same run gives the same bytes.
    pub date: Date,
    /// Engine, method, packs, input digest and date: in the printed footer of every sheet.
    pub footer: String,
    /// Sheets in order: summary, sites, links, evidence, issues, sources.
    pub sheets: Vec<Sheet>,
}

/// A sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its name: unique, at most 31 characters, none of `[]:*?/\`.
    pub name: String,
    /// What it shows, above the header; none leaves the header in the first row.
    pub intro: Vec<String>,
    /// Its columns.
    pub columns: Vec<SheetColumn>,
    /// Its rows, one value for each column; a sheet holds at most [`MOST_ROWS`].
    pub rows: Vec<Vec<Value>>,
    /// Rows kept out for want of space, said in a last line of the intro by whoever fills the sheet.
    pub left_out: usize,
}

/// Rows that a sheet holds, its header and intro apart: Excel ends at 1,048,576.
pub const MOST_ROWS: usize = 1_000_000;
/// Rows below a header in the first row: all that Excel has.
pub const ALL_ROWS: u64 = (1 << 20) - 1;

/// A column of a sheet: filtered, its header frozen and wrapped.
#[derive(Debug, Clone)]
pub struct SheetColumn {
    /// Heading.
    pub title: String,
    /// What it holds, as a note on the heading.
    pub note: Option<String>,
    /// Width in characters.
    pub width: f64,
    /// How its cells look.
    pub kind: ColumnKind,
}

/// How cells of a column look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text.
    Text,
    /// Long text, wrapped.
    LongText,
    /// A whole number.
    Whole,
    /// A number with decimals as needed.
    Number,
    /// A share, shown in percent.
    Share,
    /// A share, shown in percent with a data bar from 0 to 1.
    ShareBar,
    /// A number with a data bar from 0 to the largest.
    NumberBar,
    /// A date.
    Date,
    /// A number with all the digits that it has.
    General,
}

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text; never a formula.
    Text(String),
    /// A finite number, or a share between 0 and 1.
    Number(f64),
    /// A number that looks otherwise than its column, where a column holds several kinds.
    As(ColumnKind, f64),
    /// A date.
    Date(Date),
    /// True or false.
    Flag(bool),
    /// Unknown.
    Blank,
    /// Kept back, with the word that says so ("fewer than 10").
    Withheld(String),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text.to_owned()) }
    }
}

impl From<f64> for Value {
    fn from(x: f64) -> Self {
        if x.is_finite() { Self::Number(x) } else { Self::Blank }
    }
}
