//! What every part of a document is written with: words, names, numbers, tables.

use crate::document::{Align, Block, Cell, Column, LeftOut, Section, Span, Table, Text};
use crate::findings::number::{Children, Estimate};
use crate::findings::site::SiteRef;
use crate::findings::{Audience, Findings, Name};
use crate::format::{count, probability, whole};
use crate::geography::Geography;
use crate::language::Language;
use crate::words::{Words, fill, named, words};

/// A table that a document cuts, whole, as CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFile {
    /// Name of the file.
    pub name: String,
    /// Its text: UTF-8 with a header; cells that a spreadsheet would take for formulas are neutralised.
    pub text: String,
}

/// Findings on their way into a document.
pub(super) struct Writer<'a> {
    pub f: &'a Findings,
    pub w: &'static Words,
    pub language: Language,
    pub geography: Option<&'a Geography>,
    pub stem: &'a str,
    pub data: Vec<DataFile>,
}

/// A column that is being set: title, alignment, weight.
pub(super) type Col<'t> = (&'t str, Align, f32);

/// A column of words.
pub(super) fn words_col(title: &str, weight: f32) -> Col<'_> {
    (title, Align::Start, weight)
}

/// A column of numbers.
pub(super) fn number_col(title: &str, weight: f32) -> Col<'_> {
    (title, Align::End, weight)
}

impl<'a> Writer<'a> {
    pub fn new(f: &'a Findings, language: Language, geography: Option<&'a Geography>, stem: &'a str) -> Self {
        Self { f, w: words(language), language, geography, stem, data: Vec::new() }
    }

    pub fn public(&self) -> bool {
        self.f.audience == Audience::Public
    }

    /// The word for a value of a table.
    pub fn named(&self, kind: &str, name: &str) -> String {
        named(self.language, kind, name)
    }

    fn local(&self, name: &Name) -> Text {
        if self.language == Language::Urdu && !name.ur.is_empty() { Text::plain(&name.ur) } else { Text::name(&name.en) }
    }

    pub fn sector(&self, id: &str) -> Text {
        self.f.names.sectors.get(id).map_or_else(|| Text::name(id), |n| self.local(n))
    }

    pub fn district(&self, id: &str) -> Text {
        self.f.names.districts.get(id).map_or_else(|| Text::name(id), |n| self.local(n))
    }

    pub fn province(&self, name: &str) -> Text {
        Text::plain(self.named("province", name))
    }

    pub fn country(&self, iso3: &str) -> Text {
        let word = self.named("country", iso3);
        if word == iso3 { self.f.names.countries.get(iso3).map_or_else(|| Text::name(iso3), Text::name) } else { Text::plain(word) }
    }

    /// Name and id of a site, or what it is where it is coarsened.
    pub fn site(&self, site: &SiteRef) -> Text {
        match &site.id {
            Some(id) if site.name.is_empty() || site.name == *id => Text::name(id),
            Some(id) => join(vec![Text::name(&site.name), Text::plain(" ("), Text::name(id), Text::plain(")")], ""),
            None => {
                fill(self.w.coarse_site, &[("role", Text::plain(self.named("role", &site.role))), ("sector", self.sector(&site.sector))])
            }
        }
    }

    /// Name of a site alone, else its id.
    pub fn short(&self, site: &SiteRef) -> Text {
        match &site.id {
            Some(id) => Text::name(if site.name.is_empty() { id } else { &site.name }),
            None => join(vec![self.site(site), self.place(site)], ", "),
        }
    }

    /// District and country of a site.
    pub fn place(&self, site: &SiteRef) -> Text {
        match &site.district {
            Some(district) => join(vec![self.district(district), Text::name(&site.country)], ", "),
            None => self.country(&site.country),
        }
    }

    /// A likelihood with its interval.
    pub fn likelihood(e: &Estimate) -> Cell {
        let words = with_interval(&probability(e.value), e.interval, probability);
        let at = e.interval.map_or([e.value; 3], |[low, high]| [e.value, low, high]);
        Cell::Interval { words: Text::number(words), at: at.map(|x| x.clamp(0.0, 1.0)) }
    }

    /// Expected children with interval, girls and boys.
    pub fn children(&self, c: &Children) -> Cell {
        let Some(total) = c.total else { return Cell::Blank(Text::plain(self.w.withheld_short)) };
        let words = with_interval(&count(total), c.interval, count);
        number(match (c.girls, c.boys) {
            (Some(girls), Some(boys)) => format!("{words} ({}/{})", count(girls), count(boys)),
            _ => words,
        })
    }

    /// A column title with what the numbers in brackets are.
    pub fn girls_boys(&self, title: &str) -> String {
        format!("{title} ({}/{})", self.w.c_girls, self.w.c_boys)
    }

    /// A table of at most so many rows; where there are more, all of them go into a data file beside the document.
    pub fn table(&mut self, id: &str, caption: Text, columns: &[Col<'_>], rows: impl Iterator<Item = Vec<Cell>>, limit: usize) -> Block {
        Block::Table(self.bare_table(id, caption, columns, rows, limit))
    }

    pub fn bare_table(
        &mut self,
        id: &str,
        caption: Text,
        columns: &[Col<'_>],
        rows: impl Iterator<Item = Vec<Cell>>,
        limit: usize,
    ) -> Table {
        let (mut kept, mut left, mut text) = (Vec::<Vec<Cell>>::new(), 0usize, String::new());
        for row in rows {
            if kept.len() == limit && left == 0 {
                csv_line(&mut text, columns.iter().map(|c| c.0.to_owned()));
                for row in &kept {
                    csv_line(&mut text, row.iter().map(letters));
                }
            }
            if kept.len() < limit {
                kept.push(row);
            } else {
                csv_line(&mut text, row.iter().map(letters));
                left += 1;
            }
        }
        let left_out = (left > 0).then(|| {
            let file = format!("{}-{id}.csv", self.stem);
            self.data.push(DataFile { name: file.clone(), text });
            LeftOut { rows: left, file }
        });
        let columns = columns.iter().map(|&(title, align, weight)| Column { title: Text::plain(title), align, weight });
        Table { id: id.to_owned(), caption, columns: columns.collect(), rows: kept, left_out, row_headers: true }
    }
}

/// Letters of a cell.
pub(super) fn letters(cell: &Cell) -> String {
    match cell {
        Cell::Text(t) | Cell::Blank(t) | Cell::Bar { words: t, .. } | Cell::Interval { words: t, .. } => t.letters(),
    }
}

/// A record of CSV, every cell in quotes; what a spreadsheet would take for a formula begins with an apostrophe.
pub(super) fn csv_line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (k, cell) in cells.enumerate() {
        out.push_str(if k > 0 { ",\"" } else { "\"" });
        if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            out.push('\'');
        }
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    }
    out.push('\n');
}

/// Texts one after the other.
pub(super) fn join(texts: Vec<Text>, between: &str) -> Text {
    let mut out: Vec<Span> = Vec::new();
    for (k, text) in texts.into_iter().enumerate() {
        if k > 0 && !between.is_empty() {
            out.push(Span::Plain(between.to_owned()));
        }
        out.extend(text.0);
    }
    Text(out)
}

/// A formatted number with its interval.
pub(super) fn with_interval(value: &str, interval: Option<[f64; 2]>, show: impl Fn(f64) -> String) -> String {
    interval.map_or_else(|| value.to_owned(), |[low, high]| format!("{value} [{}, {}]", show(low), show(high)))
}

/// A cell of words.
pub(super) fn text(words: impl Into<String>) -> Cell {
    Cell::Text(Text::plain(words))
}

/// A cell of a formatted number.
pub(super) fn number(words: impl Into<String>) -> Cell {
    Cell::Text(Text::number(words))
}

/// A whole number as text.
pub(super) fn n(x: usize) -> Text {
    Text::number(whole(x as f64))
}

/// A bar with its words.
pub(super) fn bar(words: String, length: f64) -> Cell {
    Cell::Bar { words: Text::number(words), length: length.clamp(0.0, 1.0) }
}

/// A section.
pub(super) fn section(id: &str, title: &str, blocks: Vec<Block>) -> Section {
    Section { id: id.to_owned(), title: Text::plain(title), blocks, sections: Vec::new(), new_page: false }
}

/// A paragraph.
pub(super) fn paragraph(words: impl Into<String>) -> Block {
    Block::Paragraph(Text::plain(words))
}

/// An anchor of what the user calls a thing: ASCII letters and digits, and a number that keeps it apart.
pub(super) fn anchor(prefix: &str, k: usize) -> String {
    format!("{prefix}-{}", k + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What renderers draw: the point first, then both ends.
    #[test]
    fn an_interval_begins_with_its_point() {
        let cell = Writer::likelihood(&Estimate { value: 0.5, interval: Some([0.2, 0.9]) });
        let Cell::Interval { at, .. } = cell else { panic!("an interval") };
        assert_eq!(at.map(f64::to_bits), [0.5, 0.2, 0.9].map(f64::to_bits));
    }
}
