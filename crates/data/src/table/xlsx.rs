//! XLSX, streamed cell by cell with calamine: a sheet that declares a million columns costs nothing.

use std::io::Read;
use std::path::Path;

use calamine::{DataRef, Reader, Xlsx, open_workbook};

use super::{Collector, Table, checked_header, file_name};
use crate::error::{Error, Result};
use crate::limits;

pub(super) fn read(path: &Path) -> Result<Vec<Table>> {
    let broken = |reason: String| Error::Unreadable {
        path: path.to_owned(),
        reason,
        hint: "is it a complete .xlsx file? save it again, without a password".to_owned(),
    };
    check_inflated(path)?;
    let mut workbook: Xlsx<_> = open_workbook(path).map_err(|e: calamine::XlsxError| broken(e.to_string()))?;
    let mut tables = Vec::new();
    for sheet in workbook.sheet_names() {
        let file = format!("{}#{sheet}", file_name(path));
        let mut reader = workbook.worksheet_cells_reader(&sheet).map_err(|e| broken(format!("sheet {sheet}: {e}")))?;
        let mut table: Option<Collector> = None;
        let mut cells: Vec<String> = Vec::new();
        let mut current = 0u32;
        loop {
            let cell = reader.next_cell().map_err(|e| broken(format!("sheet {sheet}: {e}")))?;
            let (row, column) = cell.as_ref().map_or((u32::MAX, 0), calamine::Cell::get_position);
            if row != current {
                finish_row(&mut table, &mut cells, &sheet, &file, current)?;
                current = row;
            }
            let Some(cell) = cell else { break };
            let column = column as usize;
            if row > limits::SHEET_ROWS || column >= limits::COLUMNS {
                let most = if column >= limits::COLUMNS { limits::COLUMNS as u64 } else { u64::from(limits::SHEET_ROWS) };
                let found = if column >= limits::COLUMNS { column as u64 + 1 } else { u64::from(row) };
                return Err(Error::Limit { file, limit: "the number of rows or columns of a sheet", found, most });
            }
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = text(cell.get_value());
        }
        tables.extend(table.map(Collector::finish));
    }
    Ok(tables)
}

/// The first row with any text is the header; blank rows are left out.
fn finish_row(table: &mut Option<Collector>, cells: &mut Vec<String>, sheet: &str, file: &str, row: u32) -> Result<()> {
    if cells.iter().all(|c| c.trim().is_empty()) {
        cells.clear();
        return Ok(());
    }
    // rows without any cell are not stored at all: catch up with the sheet's own number
    while let Some(table) = table.as_mut().filter(|t| t.builder.next_number() < u64::from(row) + 1) {
        table.builder.skip_row();
    }
    match table {
        None => {
            if let Some(column) = cells.iter().position(|c| c.trim().is_empty()) {
                return Err(Error::Malformed {
                    code: "header_blank",
                    file: file.to_owned(),
                    row: u64::from(row) + 1,
                    column: (column + 1).to_string(),
                    found: "a blank header".to_owned(),
                    expected: "a name for every column".to_owned(),
                    hint: "the first row with text names the columns".to_owned(),
                });
            }
            let header = checked_header(file, std::mem::take(cells))?;
            *table = Some(Collector::new(&sheet.to_lowercase(), file, header));
        }
        Some(table) => {
            // blank cells at the end of a row are not stored: only surplus cells are ragged
            if cells.len() < table.header.len() {
                cells.resize(table.header.len(), String::new());
            }
            table.push_row(cells.iter().map(String::as_str))?;
            cells.clear();
        }
    }
    Ok(())
}

fn text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(i) => i.to_string(),
        DataRef::Float(x) => x.to_string(),
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Bool(b) => b.to_string(),
        DataRef::DateTime(date) => {
            let (year, month, day, ..) = date.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(s) => s.chars().take(10).collect(),
        // an error cell (#REF!) is text, so that the column's own check names it
        DataRef::Error(e) => e.to_string(),
        _ => String::new(),
    }
}

/// Inflates every part once, counting: declared sizes can lie.
fn check_inflated(path: &Path) -> Result<()> {
    let broken = |reason: String| Error::Unreadable {
        path: path.to_owned(),
        reason,
        hint: "is it a complete .xlsx file? save it again, without a password".to_owned(),
    };
    let input = std::fs::File::open(path).map_err(|e| Error::io(path, &e))?;
    let mut archive = zip::ZipArchive::new(std::io::BufReader::new(input)).map_err(|e| broken(e.to_string()))?;
    let mut total = 0u64;
    for part in 0..archive.len() {
        let entry = archive.by_index(part).map_err(|e| broken(e.to_string()))?;
        let left = limits::INFLATED_BYTES - total;
        total += std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|e| broken(e.to_string()))?;
        if total > limits::INFLATED_BYTES {
            return Err(Error::Limit {
                file: file_name(path),
                limit: "the inflated size in bytes",
                found: total,
                most: limits::INFLATED_BYTES,
            });
        }
    }
    Ok(())
}
