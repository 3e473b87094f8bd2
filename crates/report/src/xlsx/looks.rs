//! How cells look.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

use crate::language::Language;
use crate::workbook::ColumnKind;

/// Fill of data bars.
pub(super) const BAR: Color = Color::RGB(0x98_C0_D8);
const INK: Color = Color::RGB(0x1B_24_30);
const ACCENT: Color = Color::RGB(0x1D_4E_79);
const MUTED: Color = Color::RGB(0x56_62_70);
const RULE: Color = Color::RGB(0xD5_DB_E2);

/// Kinds in the order of their formats.
const KINDS: [ColumnKind; 9] = [
    ColumnKind::Text,
    ColumnKind::LongText,
    ColumnKind::Whole,
    ColumnKind::Number,
    ColumnKind::Share,
    ColumnKind::ShareBar,
    ColumnKind::NumberBar,
    ColumnKind::Date,
    ColumnKind::General,
];

/// Formats of a workbook.
pub(super) struct Looks {
    pub title: Format,
    pub intro: Format,
    pub withheld: Format,
    headings: [Format; 2],
    cells: [Format; 9],
    quoted: [Format; 9],
}

impl Looks {
    pub fn new(language: Language) -> Self {
        let base = || {
            let format = Format::new().set_font_color(INK).set_align(FormatAlign::Top);
            if language.right_to_left() { format.set_font_name("Noto Naskh Arabic") } else { format }
        };
        let heading = base()
            .set_bold()
            .set_font_color(Color::White)
            .set_background_color(ACCENT)
            .set_text_wrap()
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(RULE);
        let cells = KINDS.map(|kind| match number_format(kind) {
            Some(code) => base().set_num_format(code),
            None if kind == ColumnKind::LongText => base().set_text_wrap(),
            None => base(),
        });
        Self {
            title: base().set_bold().set_font_size(16).set_font_color(ACCENT),
            intro: base().set_font_color(MUTED),
            withheld: base().set_italic().set_font_color(MUTED).set_align(FormatAlign::Right),
            headings: [heading.clone(), heading.set_align(FormatAlign::Right)],
            quoted: cells.clone().map(Format::set_quote_prefix),
            cells,
        }
    }

    /// Of a heading: over numbers at their side.
    pub fn heading(&self, kind: ColumnKind) -> &Format {
        &self.headings[usize::from(number_format(kind).is_some())]
    }

    /// Of a number or a date.
    pub fn cell(&self, kind: ColumnKind) -> &Format {
        &self.cells[kind as usize]
    }

    /// Of text, in a column of whatever kind.
    pub fn text(&self, kind: ColumnKind) -> &Format {
        self.cell(text_kind(kind))
    }

    /// Of text that begins like a formula: it stays text when it is edited.
    pub fn quoted(&self, kind: ColumnKind) -> &Format {
        &self.quoted[text_kind(kind) as usize]
    }
}

fn text_kind(kind: ColumnKind) -> ColumnKind {
    if kind == ColumnKind::LongText { kind } else { ColumnKind::Text }
}

fn number_format(kind: ColumnKind) -> Option<&'static str> {
    match kind {
        ColumnKind::Text | ColumnKind::LongText => None,
        ColumnKind::Whole => Some("#,##0"),
        ColumnKind::Number | ColumnKind::NumberBar => Some("#,##0.00"),
        ColumnKind::Share | ColumnKind::ShareBar => Some("0.0%"),
        ColumnKind::Date => Some("yyyy-mm-dd"),
        ColumnKind::General => Some("General"),
    }
}
