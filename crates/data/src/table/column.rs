//! Cells of a chunk: many short texts, or a column as a Parquet file holds it.

use std::fmt::Write;
use std::sync::OnceLock;

use polars::prelude::{AnyValue, BooleanChunked, Column as Series, DataType, Float64Chunked, StringChunked};

use super::parquet::Kind;

/// Texts one after another, each followed by one letter that parts it from the next.
#[derive(Debug, Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    /// Empty, with room for as much as another one has.
    pub(super) fn with_capacity_of(other: &Self) -> Self {
        Self { text: String::with_capacity(other.text.len() + 1024), ends: Vec::with_capacity(other.ends.len()) }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        self.text.push('\n');
    }

    /// Appends the texts of a line: where each ends in it; after each but the last there is one letter that parts it from the next.
    pub(super) fn push_line(&mut self, line: &str, ends: &[u32]) {
        let start = self.text.len() as u32;
        self.text.push_str(line);
        self.ends.extend(ends.iter().map(|end| start + end));
        self.text.push('\n');
    }

    pub(super) fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] + 1 };
        &self.text[start as usize..self.ends[at] as usize]
    }

    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }
}

/// What a column of numbers holds in a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// The column holds text.
    Text,
    /// Nothing.
    Blank,
    /// A number.
    Is(f64),
}

/// A column of a chunk.
#[derive(Debug)]
pub(super) enum Column {
    /// Text, by reference.
    Text(StringChunked),
    /// True or false.
    Flag(BooleanChunked),
    /// Numbers; their text is made when somebody asks for it.
    Number { numbers: Float64Chunked, values: Series, texts: OnceLock<Texts> },
    /// Anything else, as text.
    Other { values: Series, kind: Kind, texts: OnceLock<Texts> },
}

impl Column {
    /// A column of a data frame; `None` for a type that is not read.
    pub(super) fn new(values: &Series, kind: Kind) -> Option<Self> {
        let values = values.clone();
        let texts = OnceLock::new();
        Some(match values.dtype() {
            DataType::String => Self::Text(values.str().ok()?.clone()),
            DataType::Boolean => Self::Flag(values.bool().ok()?.clone()),
            // the shortest text of a float of 32 bits is another number than its 64 bits
            DataType::Float32 | DataType::Null => Self::Other { values, kind, texts },
            _ if kind != Kind::Plain => Self::Other { values, kind, texts },
            stored if stored.is_primitive_numeric() => {
                let numbers = values.cast(&DataType::Float64).ok()?;
                Self::Number { numbers: numbers.f64().ok()?.clone(), values, texts }
            }
            _ => return None,
        })
    }

    pub(super) fn text(&self, row: usize) -> &str {
        match self {
            Self::Text(column) => column.get(row).unwrap_or(""),
            Self::Flag(column) => column.get(row).map_or("", |yes| if yes { "true" } else { "false" }),
            Self::Number { values, texts, .. } => texts.get_or_init(|| texts_of(values, Kind::Plain)).get(row),
            Self::Other { values, kind, texts } => texts.get_or_init(|| texts_of(values, *kind)).get(row),
        }
    }

    pub(super) fn text_bytes(&self, row: usize) -> usize {
        if let Self::Text(column) = self { column.get(row).map_or(0, str::len) } else { 0 }
    }

    pub(super) fn number(&self, row: usize) -> Number {
        match self {
            Self::Number { numbers, .. } => numbers.get(row).map_or(Number::Blank, Number::Is),
            _ => Number::Text,
        }
    }
}

fn texts_of(values: &Series, kind: Kind) -> Texts {
    let mut texts = Texts::default();
    let mut cell = String::new();
    for row in 0..values.len() {
        cell.clear();
        // writing to a String cannot fail, and the row exists
        let _ = match values.get(row).unwrap_or(AnyValue::Null) {
            AnyValue::Null => Ok(()),
            AnyValue::Float32(x) => write!(cell, "{x}"),
            AnyValue::Float64(x) => write!(cell, "{x}"),
            AnyValue::Boolean(b) => write!(cell, "{b}"),
            AnyValue::Int32(x) => write!(cell, "{}", kind.text(x.into())),
            AnyValue::Int64(x) => write!(cell, "{}", kind.text(x)),
            other => write!(cell, "{other}"),
        };
        texts.push(&cell);
    }
    texts
}
