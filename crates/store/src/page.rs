//! Pages of lists: the newest first, from where the last page ended.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// Most items on a page.
pub const MOST_ITEMS: u32 = 1000;
/// Items on a page unless another number is asked for.
pub const USUAL_ITEMS: u32 = 50;

/// Which page.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// Where the page before ended.
    pub after: Option<Cursor>,
    /// Items on the page, from 1 to [`MOST_ITEMS`].
    pub limit: u32,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { after: None, limit: USUAL_ITEMS }
    }
}

impl PageRequest {
    /// The instant and id after which the page begins; the end of time for the first.
    pub(crate) fn before(&self) -> (i64, String) {
        self.after.as_ref().map_or_else(|| (i64::MAX, "~".to_owned()), |c| (c.created, c.id.clone()))
    }

    /// One row more than the page holds, which tells whether there is another page.
    pub(crate) fn rows(&self) -> i64 {
        i64::from(self.limit.clamp(1, MOST_ITEMS)) + 1
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Page<T> {
    /// Its items, the newest first.
    pub items: Vec<T>,
    /// Where the next page begins; none on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// A page of rows of which one more was asked for than it holds.
    pub(crate) fn of(mut items: Vec<T>, request: &PageRequest, cursor: impl Fn(&T) -> Cursor) -> Self {
        let limit = request.limit.clamp(1, MOST_ITEMS) as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(cursor) } else { None };
        Self { items, next }
    }
}

/// A place in a list, as text for the caller to hand back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cursor {
    pub(crate) created: i64,
    pub(crate) id: String,
}

impl Cursor {
    pub(crate) fn new(created: jiff::Timestamp, id: &impl ToString) -> Self {
        Self { created: created.as_millisecond(), id: id.to_string() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}-{}", self.created, self.id)
    }
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.to_string()
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let malformed = || Error::Malformed { what: "cursor", expected: "the text that came with the page before" };
        let (created, id) = text.split_once('-').ok_or_else(malformed)?;
        let known = id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let created = i64::from_str_radix(created, 16).ok().filter(|&c| c >= 0 && known).ok_or_else(malformed)?;
        Ok(Self { created, id: id.to_owned() })
    }
}

impl TryFrom<String> for Cursor {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}
