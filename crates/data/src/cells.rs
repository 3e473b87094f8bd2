//! Tables of cells as CSV, safe for spreadsheets.

use std::io::Write;
use std::path::Path;

use crate::atomic::write_file;
use crate::error::{Error, Result};
use crate::text::neutral;

/// Writes a header and rows; cells that a spreadsheet would take for formulas are made plain text. The file is whole or absent.
///
/// # Errors
/// The file cannot be written, or exists when `replace` is false.
pub fn write_cells<R>(path: &Path, replace: bool, header: &[&str], rows: impl IntoIterator<Item = R>) -> Result<()>
where
    R: IntoIterator<Item = String>,
{
    write_file(path, replace, |out| {
        let failed =
            |e: csv::Error| Error::Unreadable { path: path.to_owned(), reason: e.to_string(), hint: "choose another place".to_owned() };
        let mut writer = csv::Writer::from_writer(out.by_ref());
        writer.write_record(header).map_err(failed)?;
        for row in rows {
            let cells = row.into_iter().map(|cell| neutral(&cell).into_owned());
            writer.write_record(cells).map_err(failed)?;
        }
        writer.flush().map_err(|e| Error::io(path, &e))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_stay_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        write_cells(&path, false, &["a", "b"], [["=1+1".to_owned(), "x, y".to_owned()]]).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a,b\n'=1+1,\"x, y\"\n");
        assert!(write_cells(&path, false, &["a"], [["1".to_owned()]]).is_err());
    }
}
