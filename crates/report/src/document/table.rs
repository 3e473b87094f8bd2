//! Tables of a report.

use super::Text;

/// A table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Anchor, unique in the document.
    pub id: String,
    /// What it shows.
    pub caption: Text,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, one cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// Rows that were left out, and the data file beside the report that holds all of them.
    pub left_out: Option<LeftOut>,
    /// The first column names its row.
    pub row_headers: bool,
}

/// Rows of a table that are not in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// How many.
    pub rows: usize,
    /// Name of the CSV file beside the report that holds the whole table.
    pub file: String,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Heading.
    pub title: Text,
    /// How its cells are set.
    pub align: Align,
    /// Its share of the width on paper, against the other columns'.
    pub weight: f32,
}

/// How cells of a column are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// From where lines begin.
    Start,
    /// Numbers: to where lines end.
    End,
}

/// A cell.
#[derive(Debug, Clone)]
pub enum Cell {
    /// Words, names, formatted numbers.
    Text(Text),
    /// A share between 0 and 1 with a bar behind it: the formatted words and the length of the bar.
    Bar {
        /// The value in words.
        words: Text,
        /// Length of the bar in [0, 1].
        length: f64,
    },
    /// A probability with its interval, drawn on a line from 0 to 1 beside the words.
    Interval {
        /// The value and interval in words.
        words: Text,
        /// Point and both ends in [0, 1].
        at: [f64; 3],
    },
    /// Unknown, or kept back: always with the words that say which.
    Blank(Text),
}
