//! A workbook as XLSX: real numbers and dates, filters, frozen headings, data bars; the same bytes for the same workbook.
//!
//! Rows go to a temporary file of the system as they are written, so that memory does not grow with them.

mod looks;

use std::borrow::Cow;
use std::io::{Cursor, Seek, Write};

use looks::Looks;
use rust_xlsxwriter::{
    ConditionalFormatDataBar, ConditionalFormatType, DocProperties, ExcelDateTime, Note, Workbook as File, Worksheet, XlsxError,
};

use crate::workbook::{ColumnKind, MOST_ROWS, Sheet, SheetColumn, Value, Workbook};
use crate::{Error, Result};

/// Letters that a cell holds at most.
const LONGEST_TEXT: usize = 32_767;
/// Letters that a printed footer holds at most.
const LONGEST_FOOTER: usize = 200;
/// A4 in the numbers of Excel.
const A4: u8 = 9;

/// A workbook as the bytes of an XLSX file.
///
/// # Errors
/// When a sheet has more rows than [`MOST_ROWS`], a name that Excel forbids, or the temporary file cannot be written.
pub fn write(workbook: &Workbook) -> Result<Vec<u8>> {
    let mut out = Cursor::new(Vec::new());
    if let Some(sheet) = workbook.sheets.iter().find(|sheet| sheet.rows.len() > MOST_ROWS) {
        let reason = format!("sheet \"{}\" has {} rows, at most {MOST_ROWS} fit", sheet.name, sheet.rows.len());
        return Err(error(reason, "leave rows out, and say how many".to_owned()));
    }
    stream::<Error>(workbook, |_| Ok(None), &mut out)?;
    Ok(out.into_inner())
}

/// Writes a workbook whose sheets have more rows than those they hold: `next` is asked for each of the sheet of a number, one value for
/// each column, until there is none. Memory does not grow with them.
///
/// # Errors
/// As `write`, or what `next` returns.
pub fn stream<E: From<Error>>(
    workbook: &Workbook,
    mut next: impl FnMut(usize) -> Result<Option<Vec<Value>>, E>,
    out: impl Write + Seek + Send,
) -> Result<(), E> {
    let mut file = File::new();
    let created = date(workbook.date)?;
    file.set_properties(
        &DocProperties::new()
            .set_title(workbook.title.as_str())
            .set_subject(workbook.subject.as_str())
            .set_author(concat!("tierlight ", env!("CARGO_PKG_VERSION")))
            .set_comment(workbook.footer.as_str())
            .set_creation_datetime(&created),
    );
    let looks = Looks::new(workbook.language);
    for (at, sheet) in workbook.sheets.iter().enumerate() {
        let page = file.add_worksheet_with_constant_memory().map_err(failed)?;
        let titles = if at == 0 { vec![workbook.title.as_str(), workbook.subject.as_str()] } else { Vec::new() };
        let mut held = sheet.rows.iter();
        let mut rows = || match held.next() {
            Some(row) => Ok(Some(Cow::Borrowed(row.as_slice()))),
            None => next(at).map(|row| row.map(Cow::Owned)).map_err(Failure::Asked),
        };
        fill(page, sheet, &titles, workbook, &looks, &mut rows).map_err(|e| match e {
            Failure::Excel(e) => error(format!("sheet \"{}\": {e}", sheet.name), String::new()).into(),
            Failure::Ours(e) => e.into(),
            Failure::Asked(e) => e,
        })?;
    }
    Ok(file.save_to_writer(out).map_err(failed)?)
}

enum Failure<E> {
    Excel(XlsxError),
    Ours(Error),
    Asked(E),
}

impl<E> From<XlsxError> for Failure<E> {
    fn from(e: XlsxError) -> Self {
        Self::Excel(e)
    }
}

/// What gives the next row.
type NextRow<'a, 'b, E> = &'a mut dyn FnMut() -> Result<Option<Cow<'b, [Value]>>, Failure<E>>;

fn fill<E>(
    page: &mut Worksheet,
    sheet: &Sheet,
    titles: &[&str],
    workbook: &Workbook,
    looks: &Looks,
    rows: NextRow<'_, '_, E>,
) -> Result<(), Failure<E>> {
    page.set_name(sheet.name.as_str())?;
    page.set_right_to_left(workbook.language.right_to_left());
    page.set_default_note_author("tierlight");
    for (at, column) in (0u16..).zip(&sheet.columns) {
        page.set_column_width(at, column.width.clamp(4.0, 120.0))?;
    }
    let mut row = 0;
    for (at, words) in titles.iter().enumerate() {
        page.write_string_with_format(row, 0, clipped(words), if at == 0 { &looks.title } else { &looks.intro })?;
        row += 1;
    }
    for words in &sheet.intro {
        page.write_string_with_format(row, 0, clipped(words), &looks.intro)?;
        row += 1;
    }
    if row > 0 && !sheet.columns.is_empty() {
        row += 1;
    }
    let head = row;
    for (at, column) in (0u16..).zip(&sheet.columns) {
        page.write_string_with_format(head, at, clipped(&column.title), looks.heading(column.kind))?;
    }
    while let Some(values) = rows()? {
        row += 1;
        for ((at, column), value) in (0u16..).zip(&sheet.columns).zip(&*values) {
            cell::<E>(page, row, at, column, value, looks)?;
        }
    }
    if let Some(last) = (0u16..).zip(&sheet.columns).map(|(at, _)| at).last() {
        page.autofilter(head, 0, row, last)?;
        page.set_freeze_panes(head + 1, u16::from(last > 3))?;
        page.set_repeat_rows(head, head)?;
        for (at, column) in (0u16..).zip(&sheet.columns) {
            if let Some(note) = column.note.as_deref().filter(|note| !note.is_empty()) {
                page.insert_note(head, at, &Note::new(clipped(note)).add_author_prefix(false))?;
            }
            if row > head {
                bars(page, (head + 1, row), at, column.kind)?;
            }
        }
    }
    print(page, &workbook.footer);
    Ok(())
}

fn cell<E>(page: &mut Worksheet, row: u32, at: u16, column: &SheetColumn, value: &Value, looks: &Looks) -> Result<(), Failure<E>> {
    match value {
        Value::Text(words) if words.is_empty() => {}
        Value::Text(words) => {
            let look = if reads_as_formula(words) { looks.quoted(column.kind) } else { looks.text(column.kind) };
            page.write_string_with_format(row, at, clipped(words), look)?;
        }
        Value::Number(x) if x.is_finite() => {
            page.write_number_with_format(row, at, *x, looks.cell(column.kind))?;
        }
        Value::As(kind, x) if x.is_finite() => {
            page.write_number_with_format(row, at, *x, looks.cell(*kind))?;
        }
        Value::Date(day) => {
            page.write_datetime_with_format(row, at, &date(*day).map_err(Failure::<E>::Ours)?, looks.cell(ColumnKind::Date))?;
        }
        Value::Flag(yes) => {
            page.write_boolean_with_format(row, at, *yes, looks.text(ColumnKind::Text))?;
        }
        Value::Withheld(words) => {
            page.write_string_with_format(row, at, clipped(words), &looks.withheld)?;
        }
        Value::Number(_) | Value::As(..) | Value::Blank => {}
    }
    Ok(())
}

/// Data bars of a column.
fn bars(page: &mut Worksheet, (first, last): (u32, u32), at: u16, kind: ColumnKind) -> Result<(), XlsxError> {
    let bar = ConditionalFormatDataBar::new().set_fill_color(looks::BAR).set_solid_fill(true).set_border_off(true);
    let bar = bar.set_minimum(ConditionalFormatType::Number, 0);
    let bar = match kind {
        ColumnKind::ShareBar => bar.set_maximum(ConditionalFormatType::Number, 1),
        ColumnKind::NumberBar => bar,
        _ => return Ok(()),
    };
    page.add_conditional_format(first, at, last, at, &bar)?;
    Ok(())
}

/// How a sheet is printed: across, one page wide, headings and footer on each.
fn print(page: &mut Worksheet, footer: &str) {
    let footer: String = footer.chars().filter(|c| !c.is_control()).take(LONGEST_FOOTER).collect();
    page.set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0)
        .set_footer(format!("&L&7{}&R&7&P / &N", footer.replace('&', "&&")));
}

/// True for text that a spreadsheet would take for a formula if it were typed again.
fn reads_as_formula(words: &str) -> bool {
    words.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

fn clipped(words: &str) -> String {
    match words.char_indices().nth(LONGEST_TEXT) {
        None => words.to_owned(),
        Some(_) => words.chars().take(LONGEST_TEXT - 1).chain(['…']).collect(),
    }
}

/// A day as Excel knows it, from 1900 on.
fn date(day: jiff::civil::Date) -> Result<ExcelDateTime> {
    let parts = (u16::try_from(day.year()), u8::try_from(day.month()), u8::try_from(day.day()));
    if let (Ok(year), Ok(month), Ok(day)) = parts
        && let Ok(date) = ExcelDateTime::from_ymd(year, month, day)
    {
        return Ok(date);
    }
    Err(error(format!("date {day}: spreadsheets know days from 1900-01-01 to 9999-12-31"), "correct the date in the input".to_owned()))
}

#[allow(clippy::needless_pass_by_value, reason = "handed to map_err")]
fn failed(e: XlsxError) -> Error {
    let hint = if matches!(e, XlsxError::IoError(_)) { "see that the folder for temporary files can be written and has room" } else { "" };
    error(e.to_string(), hint.to_owned())
}

fn error(reason: String, hint: String) -> Error {
    Error::Render { format: "XLSX", reason, hint }
}
