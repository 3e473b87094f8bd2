//! Rows of a table as they are taken in: what is noticed, which are rejected, and the second look at those.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use tierlight_core::Observer;

use super::mapping::{Handle, Mapped};
use super::personal::{Seen, Watch};
use super::value::Number;
use super::{Rejected, TableReport, place};
use crate::error::Result;
use crate::issue::{Issue, Severity, cut};
use crate::table::{self, Chunk};

/// Issues of one code and table that are kept one by one.
const ISSUES_PER_CODE: usize = 100_000;
/// Most chunks that are looked at side by side: more would only take memory.
const SIDE_BY_SIDE: usize = 16;

/// Issues, and how many there were of each code. Beyond so many of one code they are only counted.
#[derive(Default)]
struct Noted {
    issues: Vec<Issue>,
    counts: BTreeMap<&'static str, usize>,
}

impl Noted {
    /// True when the issue is kept.
    fn note(&mut self, issue: Issue) -> bool {
        let count = self.counts.entry(issue.code).or_insert(0);
        *count += 1;
        let kept = *count <= ISSUES_PER_CODE;
        if kept {
            self.issues.push(issue);
        }
        kept
    }

    fn append(&mut self, mut other: Self) {
        for issue in other.issues {
            if let Some(count) = other.counts.get_mut(issue.code) {
                *count -= 1;
            }
            self.note(issue);
        }
        for (code, more) in other.counts {
            *self.counts.entry(code).or_insert(0) += more;
        }
    }
}

/// Rows of one chunk, and what happens to them.
pub(crate) struct Rows<'a> {
    pub mapped: &'a Mapped<'a>,
    chunk: &'a Chunk,
    pub notes: Notes,
}

/// What is noticed of the rows of one chunk.
pub(crate) struct Notes {
    noted: Noted,
    /// Row numbers with the codes of their errors, in the order they were met.
    rejected: Vec<(u32, &'static str)>,
    is_rejected: Vec<bool>,
    /// Names of places met so far: lists repeat them, and misspelt ones take long.
    pub places: place::Known,
}

/// A chunk that was looked at: what was noticed, what was made of it, what its columns look like.
struct Looked<T> {
    chunk: Arc<Chunk>,
    notes: Notes,
    made: T,
    seen: Vec<Seen>,
}

impl<'a> Rows<'a> {
    fn new(mapped: &'a Mapped<'a>, chunk: &'a Chunk, places: place::Known) -> Self {
        let notes = Notes { noted: Noted::default(), rejected: Vec::new(), is_rejected: vec![false; chunk.len()], places };
        let mut rows = Self { mapped, chunk, notes };
        for ragged in chunk.ragged() {
            let found = ragged.cells.len();
            let issue =
                Issue::new("row_length", Severity::Error, rows.file(), Some(rows.row_number(ragged.row)), "-", &format!("{found} cells"))
                    .expected(format!("{} cells, as in the header", mapped.table.header.len()))
                    .hint("quote cells that contain the delimiter; is the first row the header, without a title above it?");
            rows.reject_with(ragged.row, issue);
        }
        rows
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.chunk.len()
    }

    /// Cell of a row; empty when the file has no such column.
    pub fn cell(&self, row: usize, column: Handle) -> &'a str {
        column.at().map_or("", |at| self.chunk.cell(row, at))
    }

    /// Number of a row in its file; the header is row 1.
    pub fn row_number(&self, row: usize) -> u64 {
        self.chunk.row_number(row)
    }

    /// File of the table.
    pub fn file(&self) -> &'a str {
        &self.mapped.table.file
    }

    /// An issue at a cell.
    pub fn issue(&self, code: &'static str, severity: Severity, row: usize, column: Handle) -> Issue {
        let number = Some(self.row_number(row));
        Issue::new(code, severity, self.file(), number, self.mapped.header(column), self.cell(row, column))
    }

    /// Notes a warning or remark.
    pub fn note(&mut self, issue: Issue) {
        self.notes.noted.note(issue);
    }

    /// Rejects a row for a cell.
    pub fn reject(&mut self, code: &'static str, row: usize, column: Handle, expected: impl Into<String>, hint: impl Into<String>) {
        let issue = self.issue(code, Severity::Error, row, column).expected(expected).hint(hint);
        self.reject_with(row, issue);
    }

    /// Rejects a row.
    pub fn reject_with(&mut self, row: usize, issue: Issue) {
        self.notes.is_rejected[row] = true;
        self.notes.rejected.push((self.row_number(row) as u32, issue.code));
        self.notes.noted.note(issue);
    }

    /// True when a row has been rejected.
    pub fn is_rejected(&self, row: usize) -> bool {
        self.notes.is_rejected[row]
    }

    /// Parses a cell; a bad one rejects the row.
    pub fn parse<T>(
        &mut self,
        code: &'static str,
        row: usize,
        column: Handle,
        parse: impl Fn(&str) -> std::result::Result<Option<T>, &'static str>,
    ) -> Option<T> {
        column.at()?;
        self.parsed(code, row, column, parse(self.cell(row, column)))
    }

    /// A number; a bad one rejects the row. Columns that a file holds as numbers never become text.
    pub fn number(&mut self, code: &'static str, row: usize, column: Handle, kind: Number) -> Option<f64> {
        let found = match self.chunk.number(row, column.at()?) {
            table::Number::Text => (kind.of_text)(self.cell(row, column)),
            table::Number::Blank => return None,
            table::Number::Is(number) => (kind.of_number)(number).map(Some),
        };
        self.parsed(code, row, column, found)
    }

    fn parsed<T>(
        &mut self,
        code: &'static str,
        row: usize,
        column: Handle,
        found: std::result::Result<Option<T>, &'static str>,
    ) -> Option<T> {
        match found {
            Ok(value) => value,
            Err(expected) => {
                self.reject(code, row, column, expected, "leave the cell blank if it is unknown");
                None
            }
        }
    }

    /// A cell that must not be blank.
    pub fn required(&mut self, row: usize, column: Handle, hint: &str) -> Option<&'a str> {
        let cell = self.cell(row, column);
        if cell.is_empty() {
            self.reject("required_missing", row, column, "a value", hint);
            return None;
        }
        Some(cell)
    }

    /// One of a list of words.
    pub fn word<T>(&mut self, row: usize, column: Handle, find: impl Fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
        let cell = self.cell(row, column);
        if cell.is_empty() {
            return None;
        }
        // most cells are the word itself
        let found = find(cell).or_else(|| find(&crate::text::header_key(cell)));
        if found.is_none() {
            let near = crate::text::nearest(cell, words.iter().copied());
            self.reject("value_unknown", row, column, format!("one of {}", words.join(", ")), crate::text::did_you_mean(&near));
        }
        found
    }
}

/// A table being taken in, and what happened to its rows so far.
pub(super) struct Intake<'a> {
    pub mapped: &'a Mapped<'a>,
    noted: Noted,
    rows_in: usize,
    rejected: Vec<(u32, &'static str)>,
    /// Issues that wait for the text of their cell: (place among the issues, row number, column).
    waiting: Vec<(usize, u32, Handle)>,
    /// Rows merged into the site of another row.
    pub merged: usize,
    watch: Watch,
    dropped: Vec<usize>,
    observer: &'a dyn Observer,
}

impl<'a> Intake<'a> {
    /// Starts a table; `dropped` columns hold personal data.
    pub fn new(mapped: &'a Mapped<'a>, watch: Watch, dropped: Vec<usize>, observer: &'a dyn Observer) -> Self {
        Self { mapped, noted: Noted::default(), rows_in: 0, rejected: Vec::new(), waiting: Vec::new(), merged: 0, watch, dropped, observer }
    }

    /// Reads the table from its first row on. `look` at the rows of chunks side by side; what it makes of each chunk is `take`n in the
    /// order of the file. While some chunks are looked at, those before are taken and the next are read: of a table of any length only
    /// so many are in memory.
    ///
    /// # Errors
    /// The file is broken, the observer asked to stop, or what `take` returns.
    pub fn stream<T: Send>(
        &mut self,
        look: impl Fn(&mut Rows<'_>) -> T + Sync,
        mut take: impl FnMut(&mut Rows<'_>, T) -> Result<()> + Send,
    ) -> Result<()> {
        let side_by_side = rayon::current_num_threads().min(SIDE_BY_SIDE);
        // names that are looked for: one set is with the chunks that are looked at, one with those that are taken
        let mut places: Vec<place::Known> = (0..2 * side_by_side).map(|_| place::Known::default()).collect();
        let (mapped, codes) = (self.mapped, self.watch.codes().to_vec());
        let mut chunks = mapped.table.chunks()?;
        let mut next = || chunks.by_ref().take(side_by_side).collect::<Result<Vec<_>>>();
        let mut now = next()?;
        let (mut before, mut broken): (Vec<Looked<T>>, _) = (Vec::new(), None);
        while !now.is_empty() || !before.is_empty() {
            self.observer.check()?;
            let known = places.split_off(places.len() - now.len());
            let looked_at = || {
                let each = now.into_par_iter().zip(known).with_max_len(1);
                each.map(|(chunk, places)| {
                    let seen = Watch::look(&codes, &chunk);
                    let mut rows = Rows::new(mapped, &chunk, places);
                    let made = look(&mut rows);
                    let notes = rows.notes;
                    Looked { chunk, notes, made, seen }
                })
                .collect::<Vec<_>>()
            };
            let take_those = || -> Result<Vec<place::Known>> {
                let mut free = Vec::new();
                for Looked { chunk, notes, made, seen } in before {
                    let mut rows = Rows { mapped, chunk: &chunk, notes };
                    take(&mut rows, made)?;
                    let Notes { noted, mut rejected, places, .. } = rows.notes;
                    free.push(places);
                    self.rows_in += chunk.len();
                    self.rejected.append(&mut rejected);
                    self.noted.append(noted);
                    self.watch.take(&seen);
                }
                Ok(free)
            };
            let whole = broken.is_none();
            let mut read_on = || if whole { next() } else { Ok(Vec::new()) };
            let ((following, free), looked) = rayon::join(|| (read_on(), take_those()), looked_at);
            places.extend(free?);
            before = looked;
            // what was read before a file breaks is taken first
            now = following.unwrap_or_else(|error| {
                broken = Some(error);
                Vec::new()
            });
        }
        broken.map_or(Ok(()), Err)
    }

    /// Reads the table row by row, where a row may depend on all before it.
    ///
    /// # Errors
    /// As [`Intake::stream`].
    pub fn each(&mut self, mut take: impl FnMut(&mut Rows<'_>, usize) + Send) -> Result<()> {
        self.stream(
            |_| (),
            |rows, ()| {
                (0..rows.len()).for_each(|row| take(rows, row));
                Ok(())
            },
        )
    }

    /// File of the table.
    pub fn file(&self) -> &'a str {
        &self.mapped.table.file
    }

    /// True when a row has been rejected.
    pub fn any_rejected(&self) -> bool {
        !self.rejected.is_empty()
    }

    /// Notes what is about no cell.
    pub fn note(&mut self, issue: Issue) {
        self.noted.note(issue);
    }

    /// Notes something about a cell of a row that has gone by; its text is looked up at the end.
    pub fn note_at(&mut self, code: &'static str, severity: Severity, number: u32, column: Handle, expected: &str, hint: &str) {
        let issue = Issue::new(code, severity, self.file(), Some(number.into()), self.mapped.header(column), "");
        if self.noted.note(issue.expected(expected).hint(hint)) {
            self.waiting.push((self.noted.issues.len() - 1, number, column));
        }
    }

    /// Rejects a row that has gone by, for a cell.
    pub fn reject_at(&mut self, code: &'static str, number: u32, column: Handle, expected: &str, hint: &str) {
        self.rejected.push((number, code));
        self.note_at(code, Severity::Error, number, column, expected, hint);
    }

    /// Fills in cells that issues wait for, in a second pass over the file.
    fn look_again(&mut self) -> Result<()> {
        self.waiting.sort_by_key(|w| w.1);
        let mut waiting = self.waiting.iter().peekable();
        if waiting.peek().is_none() {
            return Ok(());
        }
        for chunk in self.mapped.table.chunks()? {
            let chunk = chunk?;
            self.observer.check()?;
            let last = chunk.row_number(chunk.len() - 1);
            while let Some(&(issue, number, column)) = waiting.next_if(|w| u64::from(w.1) <= last) {
                if let Some((row, at)) = chunk.find(number.into()).zip(column.at()) {
                    self.noted.issues[issue].found = cut(chunk.cell(row, at));
                }
            }
        }
        Ok(())
    }

    /// Ends the table: its report, its issues in order of rows, its rejected rows, and columns with personal data.
    ///
    /// # Errors
    /// The file cannot be read a second time.
    pub fn finish(mut self) -> Result<Taken> {
        self.look_again()?;
        let (table, mut issues) = (self.mapped.table, self.noted.issues);
        issues.sort_by_key(|i| i.row);
        for (code, count) in self.noted.counts {
            if count > ISSUES_PER_CODE {
                let more = format!("{} more of {code}", count - ISSUES_PER_CODE);
                let issue = Issue::new("issues_more", Severity::Warning, &table.file, None, "-", &more);
                issues.push(issue.hint("only the first 100,000 are listed; rejected rows are all in rejected/"));
            }
        }
        self.rejected.sort_by_key(|r| r.0);
        self.rejected.dedup();
        let name = self.mapped.schema.name;
        let rejected = Rejected::new(name, table, self.rejected, &self.dropped);
        let header = |columns: &[usize]| columns.iter().map(|&at| table.header[at].clone()).collect();
        let report = TableReport {
            table: name.to_owned(),
            file: table.file.clone(),
            rows_in: self.rows_in,
            used: self.rows_in - rejected.count() - self.merged,
            merged: self.merged,
            rejected: rejected.count(),
            unmapped_columns: header(&self.mapped.unmapped),
            dropped_columns: header(&self.dropped),
        };
        Ok(Taken { table: name, report, issues, rejected, personal: self.watch.found() })
    }
}

/// What became of a table.
pub(super) struct Taken {
    /// Table of the format.
    pub table: &'static str,
    pub report: TableReport,
    pub issues: Vec<Issue>,
    pub rejected: Rejected,
    /// Columns with personal data, and what it looks like.
    pub personal: Vec<(usize, &'static str)>,
}
