//! A document as values of the typesetter. Words go in as strings and are never evaluated.

use std::collections::BTreeSet;

use typst::foundations::{Array, Dict, IntoValue, Value, dict};

use super::fonts::Fonts;
use super::letters::Letters;
use crate::chart::{Canvas, Chart, draw};
use crate::document::{Align, Block, CalloutKind, Cell, Check, CheckState, Document, KeyFigure, Section, Span, Table, Text};

/// A document as values, and the letters in it that no font has.
pub(super) struct Values {
    pub document: Dict,
    pub lacking: BTreeSet<char>,
}

pub(super) fn of(document: &Document, fonts: &Fonts) -> Values {
    let mut anchors = BTreeSet::new();
    document.sections.iter().for_each(|section| collect_anchors(section, &mut anchors));
    let right_to_left = document.language.right_to_left();
    let families: Vec<String> = fonts.families().map(|family| format!("'{family}'")).collect();
    let mut writer = Writer {
        document,
        families: families.join(", "),
        letters: Letters::new(fonts, right_to_left),
        anchors,
        used: BTreeSet::new(),
        twins: Vec::new(),
    };
    let mut sections: Array = document.sections.iter().map(|section| writer.section(section)).collect();
    if let Some(appendix) = writer.appendix() {
        sections.push(appendix);
    }
    let name = writer.letters.words(document.title.letters().trim());
    let date = document.date;
    let frame = &document.frame;
    let values = dict! {
        "lang" => document.language.code(),
        "rtl" => right_to_left,
        "latin" => fonts.latin(),
        "naskh" => fonts.arabic().map(IntoValue::into_value).into_iter().collect::<Array>(),
        "name" => if name.is_empty() { "tierlight".to_owned() } else { name },
        "description" => writer.letters.words(&document.description),
        "date" => dict! { "year" => i64::from(date.year()), "month" => i64::from(date.month()), "day" => i64::from(date.day()) },
        "title" => writer.text(&document.title),
        "subtitle" => writer.text(&document.subtitle),
        "facts" => writer.pairs(&document.facts),
        "footer" => writer.text(&document.footer),
        "frame" => dict! {
            "contents" => writer.letters.words(&frame.contents),
            "page" => writer.letters.words(&frame.page),
            "of" => writer.letters.words(&frame.of),
            "twin" => writer.letters.words(&frame.twin),
        },
        "contents" => document.sections.len() > 2,
        "sections" => sections,
    };
    Values { document: values, lacking: writer.letters.lacking }
}

/// Anchors that a link may lead to.
fn collect_anchors(section: &Section, out: &mut BTreeSet<String>) {
    fn of_blocks(blocks: &[Block], out: &mut BTreeSet<String>) {
        for block in blocks {
            match block {
                Block::Table(table) if !table.columns.is_empty() => _ = out.insert(table.id.clone()),
                Block::Chart(chart) => {
                    out.insert(chart.id.clone());
                    if !chart.twin.columns.is_empty() {
                        out.insert(chart.twin.id.clone());
                    }
                }
                Block::Callout(callout) => of_blocks(&callout.blocks, out),
                _ => {}
            }
        }
    }
    out.insert(section.id.clone());
    of_blocks(&section.blocks, out);
    section.sections.iter().for_each(|section| collect_anchors(section, out));
    out.remove("");
}

/// Height of the text on a page against its width, with room for a caption.
const TALLEST: f64 = 1.3;

/// Names without a space up to this are not broken at a hyphen.
const LONGEST_ID: usize = 20;
/// As in `theme.typ`: Naskh is set larger than Latin letters by this.
const NASKH: f64 = 1.12;

struct Writer<'a> {
    document: &'a Document,
    /// Families of letters in pictures.
    families: String,
    letters: Letters<'a>,
    anchors: BTreeSet<String>,
    /// Anchors that stand: a label may be there once.
    used: BTreeSet<String>,
    /// Tables of charts, for the appendix.
    twins: Vec<&'a Table>,
}

impl<'a> Writer<'a> {
    fn text(&mut self, text: &Text) -> Array {
        text.0.iter().map(|span| self.span(span).into_value()).collect()
    }

    fn span(&mut self, span: &Span) -> Dict {
        let (kind, words, to) = match span {
            Span::Plain(words) => ("plain", self.letters.words(words), None),
            Span::Strong(words) => ("strong", self.letters.words(words), None),
            Span::Name(words) if words.len() <= LONGEST_ID && !words.contains(' ') => ("id", self.letters.name(words), None),
            Span::Name(words) => ("name", self.letters.name(words), None),
            Span::Number(words) => ("number", self.letters.number(words), None),
            Span::Link { to, words } => {
                let words = self.letters.words(words);
                match to.strip_prefix('#') {
                    Some(anchor) if self.anchors.contains(anchor) => ("anchor", words, Some(anchor)),
                    None if is_address(to) => ("address", words, Some(to.as_str())),
                    _ => ("plain", words, None),
                }
            }
        };
        // digits are Latin letters in any language: among Naskh, which is grown, they are not
        let size = if self.document.language.right_to_left() { 1.0 / NASKH } else { 1.0 };
        dict! { "kind" => kind, "words" => words, "to" => to, "size" => size }
    }

    fn texts(&mut self, texts: &[Text]) -> Array {
        texts.iter().map(|text| self.text(text).into_value()).collect()
    }

    fn pairs(&mut self, pairs: &[(Text, Text)]) -> Array {
        pairs.iter().map(|(name, value)| dict! { "name" => self.text(name), "value" => self.text(value) }.into_value()).collect()
    }

    /// The anchor, where it is the first of its name.
    fn anchor(&mut self, id: &str) -> Option<String> {
        (self.anchors.contains(id) && self.used.insert(id.to_owned())).then(|| id.to_owned())
    }

    fn section(&mut self, section: &'a Section) -> Value {
        let title = if section.title.letters().trim().is_empty() { Text::plain("–") } else { section.title.clone() };
        let blocks: Array = section.blocks.iter().filter_map(|block| self.block(block)).collect();
        dict! {
            "id" => self.anchor(&section.id),
            "title" => self.text(&title),
            "new_page" => section.new_page,
            "blocks" => blocks,
            "sections" => section.sections.iter().map(|section| self.section(section)).collect::<Array>(),
        }
        .into_value()
    }

    /// Tables of all charts, at the end.
    fn appendix(&mut self) -> Option<Value> {
        let twins = std::mem::take(&mut self.twins);
        let blocks: Array = twins.into_iter().filter_map(|twin| self.table(twin)).collect();
        (!blocks.is_empty()).then(|| {
            let title = Text::plain(self.document.frame.twins.as_str());
            let none = Array::new();
            dict! { "id" => Value::None, "title" => self.text(&title), "new_page" => true, "blocks" => blocks, "sections" => none }
                .into_value()
        })
    }

    fn block(&mut self, block: &'a Block) -> Option<Value> {
        let value = match block {
            Block::Paragraph(text) => dict! { "kind" => "paragraph", "text" => self.text(text) },
            Block::Points(items) if items.is_empty() => return None,
            Block::Points(items) => dict! { "kind" => "points", "items" => self.texts(items) },
            Block::Steps(items) if items.is_empty() => return None,
            Block::Steps(items) => dict! { "kind" => "steps", "items" => self.texts(items) },
            Block::Callout(callout) => {
                let of = match callout.kind {
                    CalloutKind::Key => "key",
                    CalloutKind::Care => "care",
                    CalloutKind::Gap => "gap",
                };
                let blocks: Array = callout.blocks.iter().filter_map(|block| self.block(block)).collect();
                dict! { "kind" => "callout", "of" => of, "title" => self.text(&callout.title), "blocks" => blocks }
            }
            Block::Facts(pairs) => dict! { "kind" => "facts", "pairs" => self.pairs(pairs) },
            Block::KeyFigures(figures) if figures.is_empty() => return None,
            Block::KeyFigures(figures) => {
                dict! { "kind" => "key_figures", "figures" => figures.iter().map(|f| self.figure(f)).collect::<Array>() }
            }
            Block::Table(table) => return self.table(table),
            Block::Chart(chart) => self.chart(chart),
            Block::Checklist(checks) => {
                dict! { "kind" => "checklist", "checks" => checks.iter().map(|c| self.check(c)).collect::<Array>() }
            }
        };
        Some(value.into_value())
    }

    fn figure(&mut self, figure: &KeyFigure) -> Value {
        let empty = Text::default();
        dict! {
            "value" => self.text(&figure.value),
            "interval" => self.text(figure.interval.as_ref().unwrap_or(&empty)),
            "label" => self.text(&figure.label),
            "note" => self.text(figure.note.as_ref().unwrap_or(&empty)),
        }
        .into_value()
    }

    fn check(&mut self, check: &Check) -> Value {
        let state = match check.state {
            CheckState::Filled => "filled",
            CheckState::Answered => "answered",
            CheckState::Missing => "missing",
        };
        dict! {
            "state" => state,
            "word" => self.letters.words(&check.state_word),
            "requirement" => self.text(&check.requirement),
            "answer" => self.text(&check.answer),
            "source" => self.text(&check.source),
        }
        .into_value()
    }

    fn chart(&mut self, chart: &'a Chart) -> Dict {
        let language = self.document.language;
        let drawn = draw(chart, &Canvas { width: Canvas::WIDE, language, font: &self.families });
        let alternative = [chart.alternative.clone(), chart.title.letters(), chart.id.clone()].into_iter().find(|a| !a.trim().is_empty());
        let twin = (self.anchors.contains(&chart.twin.id)).then_some(chart.twin.id.as_str());
        self.twins.push(&chart.twin);
        dict! {
            "kind" => "chart",
            "id" => self.anchor(&chart.id),
            "title" => self.text(&chart.title),
            "alternative" => self.letters.words(&alternative.unwrap_or_else(|| "–".to_owned())),
            "svg" => self.letters.picture(&drawn.svg),
            // higher than a page when as wide as one
            "tall" => f64::from(drawn.height) > f64::from(drawn.width) * TALLEST,
            "twin" => twin,
            "note" => chart.note.as_ref().map(|note| self.text(note)).unwrap_or_default(),
        }
    }

    fn table(&mut self, table: &Table) -> Option<Value> {
        if table.columns.is_empty() {
            return None;
        }
        let mut columns = Array::new();
        for column in &table.columns {
            let weight = if column.weight > 0.0 && column.weight.is_finite() { f64::from(column.weight) } else { 1.0 };
            columns
                .push(dict! { "title" => self.text(&column.title), "end" => column.align == Align::End, "weight" => weight }.into_value());
        }
        let blank = Cell::Text(Text::default());
        let rows: Array = table
            .rows
            .iter()
            .map(|row| (0..table.columns.len()).map(|at| self.cell(row.get(at).unwrap_or(&blank))).collect::<Array>().into_value())
            .collect();
        let more = table.left_out.as_ref().map(|left_out| {
            let words = self.document.frame.more_rows.replace("{n}", &left_out.rows.to_string());
            let (before, after) = words.split_once("{file}").unwrap_or((&words, ""));
            Text(vec![Span::Plain(before.to_owned()), Span::Name(left_out.file.clone()), Span::Plain(after.to_owned())])
        });
        let value = dict! {
            "kind" => "table",
            "id" => self.anchor(&table.id),
            "caption" => self.text(&table.caption),
            "columns" => columns,
            "rows" => rows,
            "row_headers" => table.row_headers,
            "more" => more.map(|more| self.text(&more)).unwrap_or_default(),
        };
        Some(value.into_value())
    }

    fn cell(&mut self, cell: &Cell) -> Value {
        let value = match cell {
            Cell::Text(words) => dict! { "kind" => "text", "words" => self.text(words) },
            Cell::Bar { words, length } => dict! { "kind" => "bar", "words" => self.text(words), "length" => unit(*length) },
            Cell::Interval { words, at } => {
                dict! { "kind" => "interval", "words" => self.text(words), "at" => at.map(|x| unit(x).into_value()).into_iter().collect::<Array>() }
            }
            Cell::Blank(words) => dict! { "kind" => "blank", "words" => self.text(words) },
        };
        value.into_value()
    }
}

/// Into [0, 1]: what is drawn never leaves its cell.
fn unit(x: f64) -> f64 {
    if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.0 }
}

/// True for an address that a reader may be sent to.
fn is_address(to: &str) -> bool {
    let known = ["https://", "http://", "mailto:"].iter().any(|scheme| to.starts_with(scheme));
    known && to.len() < 2_000 && !to.chars().any(|c| c.is_control() || c.is_whitespace())
}
