//! What a program printed, without names of folders: where the service keeps things is its own affair.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;

use serde_json::Value;
use tierlight_store::{Error, Result};

use super::outcome::beside;
use super::place::{OUTPUT, Place};

/// Largest output of a program that is kept with the row of its result.
const SUMMARY: u64 = 1 << 20;

/// A text without names of folders.
pub(super) fn without(names: &[String], text: &str) -> String {
    names.iter().fold(text.to_owned(), |text, name| text.replace(name, ""))
}

/// True if a text, names of folders taken out, is the folder that the program wrote or a file in it.
fn is_output(text: &str) -> bool {
    text.strip_prefix(OUTPUT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What was printed, as JSON; and the file of it where that is too large to be kept with a row.
pub(super) async fn printed(place: &Place) -> Result<(Value, Option<PathBuf>)> {
    let (from, to, names) = (place.printed(), place.root().join("printed-without-names"), place.names().to_owned());
    beside(move || {
        let failed = |source: std::io::Error| Error::Io { path: to.clone(), source };
        let mut out = BufWriter::new(File::create(&to).map_err(failed)?);
        // line by line: what is printed of a large network is large
        for line in BufReader::new(File::open(&from).map_err(failed)?).split(b'\n') {
            let line = line.map_err(failed)?;
            writeln!(out, "{}", without(&names, &String::from_utf8_lossy(&line))).map_err(failed)?;
        }
        out.flush().map_err(failed)?;
        if std::fs::metadata(&to).map_err(failed)?.len() > SUMMARY {
            return Ok((Value::Null, Some(to)));
        }
        let mut summary = serde_json::from_slice(&std::fs::read(&to).map_err(failed)?).unwrap_or(Value::Null);
        // where it was written: its files are those of the result
        if let Value::Object(printed) = &mut summary {
            printed.retain(|_, value| value.as_str().is_none_or(|text| !is_output(text)));
        }
        Ok((summary, None))
    })
    .await
}
