//! Files that come in: one as the body, or several in a form; straight to disk, whatever their size.

mod zip;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::{HttpRequest, web};
use futures_util::{Stream, StreamExt};
use serde_json::Value;
use tierlight_store::{Blob, NewFile, OrganisationId};

use crate::problem::table::{BAD_BODY, BAD_JSON, BAD_MEDIA_TYPE, BAD_MULTIPART, INVALID, TOO_LARGE, TOO_MANY_FILES};
use crate::problem::{Problem, whole};
use crate::state::State;

/// Kinds of files that the reader takes, and their media types.
const KINDS: [(&str, &str); 10] = [
    ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"),
    ("txt", "text/plain"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("parquet", "application/vnd.apache.parquet"),
    ("json", "application/json"),
    ("zip", "application/zip"),
    ("toml", "application/toml"),
    ("geojson", "application/geo+json"),
    ("md", "text/markdown"),
];

/// What of the names of files is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Their last part: files are tables.
    Last,
    /// All of them: files are those of a folder.
    Whole,
}

/// A form or body that came in.
#[derive(Debug, Default)]
pub struct Form {
    /// The field `options`, as JSON.
    pub options: Option<Value>,
    /// Files by the name of their field.
    pub files: Vec<(String, NewFile)>,
}

/// Reads a form with files, or one file as the body.
///
/// # Errors
/// The body is broken, too large, too slow, or of no kind that is read; the disk is full.
pub async fn receive(
    state: &State,
    organisation: &OrganisationId,
    request: &HttpRequest,
    payload: web::Payload,
    names: Names,
) -> Result<Form, Problem> {
    let _place = state.uploads.take(organisation)?;
    let length = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let most = state.limits().upload_bytes;
    // a form has some bytes around its files
    if length.is_some_and(|length| length > most.saturating_add(1 << 20)) {
        return Err(too_large(most));
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let mut intake = Intake { state, names, left: most, files: Vec::new() };
    let mut form = Form::default();
    if kind.starts_with("multipart/form-data") {
        let mut parts = Multipart::new(request.headers(), payload);
        while let Some(field) = parts.next().await {
            let field = field.map_err(|e| broken(&e))?;
            let name = field.name().unwrap_or_default().to_owned();
            if name == "options" {
                form.options = Some(options(state, field).await?);
                continue;
            }
            let file = field.content_disposition().and_then(|d| d.get_filename().map(str::to_owned));
            let Some(file) = file else {
                return Err(Problem::new(INVALID, "a part of the form is neither `options` nor a file").hint("give each file a file name"));
            };
            intake.take(&name, &file, None, field.map(|bytes| bytes.map_err(|e| broken(&e)))).await?;
        }
    } else {
        let file = raw_name(request, &kind)?;
        intake.take("file", &file, length, payload.map(|bytes| bytes.map_err(whole))).await?;
    }
    form.files = intake.files;
    Ok(form)
}

/// Name of a file that is the body: from the query, the header, else by its kind.
fn raw_name(request: &HttpRequest, kind: &str) -> Result<String, Problem> {
    #[derive(serde::Deserialize)]
    struct Named {
        name: Option<String>,
    }
    if let Ok(query) = web::Query::<Named>::from_query(request.query_string())
        && let Some(name) = query.into_inner().name
    {
        return Ok(name);
    }
    if let Some(header) = request.headers().get(CONTENT_DISPOSITION)
        && let Ok(told) = actix_web::http::header::ContentDisposition::from_raw(header)
        && let Some(name) = told.get_filename()
    {
        return Ok(name.to_owned());
    }
    let plain = kind.split(';').next().unwrap_or_default().trim();
    match KINDS.iter().find(|(_, media)| *media == plain) {
        Some((ending, _)) => Ok(format!("upload.{ending}")),
        None => Err(Problem::new(BAD_MEDIA_TYPE, "the body is neither a form nor a file of a known kind")
            .hint("send multipart/form-data, or a file with ?name=suppliers.csv")),
    }
}

/// The field `options`.
async fn options(state: &State, mut field: Field) -> Result<Value, Problem> {
    let most = usize::try_from(state.limits().json_bytes).unwrap_or(usize::MAX);
    let mut text = Vec::new();
    while let Some(bytes) = field.next().await {
        let bytes = bytes.map_err(|e| broken(&e))?;
        if text.len() + bytes.len() > most {
            return Err(too_large(state.limits().json_bytes));
        }
        text.extend_from_slice(&bytes);
    }
    serde_json::from_slice(&text).map_err(|e| Problem::new(BAD_JSON, format!("options: {e}")))
}

/// Files as they come in.
struct Intake<'a> {
    state: &'a State,
    names: Names,
    /// Bytes that may still come.
    left: u64,
    files: Vec<(String, NewFile)>,
}

impl Intake<'_> {
    async fn take(
        &mut self,
        field: &str,
        file: &str,
        expected: Option<u64>,
        bytes: impl Stream<Item = Result<web::Bytes, Problem>>,
    ) -> Result<(), Problem> {
        self.room()?;
        let name = self.names.of(file);
        let media_type = media_type(&name)?;
        let mut writer = self.state.store.write_blob(expected).await?;
        let mut bytes = std::pin::pin!(bytes);
        let mut size = 0u64;
        while let Some(piece) = bytes.next().await {
            let piece = piece?;
            size += piece.len() as u64;
            self.left = self.left.checked_sub(piece.len() as u64).ok_or_else(|| too_large(self.state.limits().upload_bytes))?;
            writer.write(&piece).await?;
        }
        if size == 0 {
            return Err(Problem::new(BAD_BODY, "the file is empty").hint("send its bytes as the body, or as a part of a form"));
        }
        metrics::counter!("tierlight_upload_bytes_total").increment(size);
        let blob = writer.finish().await?;
        if media_type == "application/zip" {
            return self.unpack(field, blob).await;
        }
        self.add(field, &name, media_type, blob)
    }

    async fn unpack(&mut self, field: &str, blob: Blob) -> Result<(), Problem> {
        for (name, blob) in zip::unpack(self.state, blob).await? {
            self.room()?;
            let name = self.names.of(&name);
            let media_type = media_type(&name)?;
            self.add(field, &name, media_type, blob)?;
        }
        Ok(())
    }

    fn add(&mut self, field: &str, name: &str, media_type: &str, blob: Blob) -> Result<(), Problem> {
        self.files.push((field.to_owned(), NewFile::named(name, media_type, blob)?));
        Ok(())
    }

    fn room(&self) -> Result<(), Problem> {
        let most = self.state.limits().upload_files;
        if self.files.len() as u64 >= most {
            return Err(Problem::new(TOO_MANY_FILES, format!("more than {most} files")).hint("join tables of the same kind"));
        }
        Ok(())
    }
}

/// Refuses files that cannot lie beside each other: of the same name, or one where another has a folder.
///
/// # Errors
/// Two are so.
pub fn names_apart(files: &[(String, NewFile)]) -> Result<(), Problem> {
    apart(files.iter().map(|(_, file)| file.name.as_str()))
}

fn apart<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), Problem> {
    let mut seen = std::collections::BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return Err(Problem::new(INVALID, "two files have the same name").hint("tables are told apart by the names of their files"));
        }
    }
    // folders of a name end before its slashes
    let is_folder = |name: &&str| name.match_indices('/').any(|(end, _)| seen.contains(&name[..end]));
    match seen.iter().copied().find(is_folder) {
        Some(_) => Err(Problem::new(INVALID, "a file has the name of the folder of another").hint("give one of them another name")),
        None => Ok(()),
    }
}

impl Names {
    /// What is kept of a name.
    fn of(self, told: &str) -> String {
        let mut parts = told.split(['/', '\\']).map(part);
        match self {
            Self::Last => parts.next_back().unwrap_or_default(),
            Self::Whole => parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"),
        }
    }
}

/// A part of a path, with what no name may have replaced.
fn part(told: &str) -> String {
    let plain: String = told.chars().map(|c| if c.is_alphanumeric() || " .-_()".contains(c) { c } else { '_' }).collect();
    plain.trim_start_matches(['.', ' ']).to_owned()
}

fn media_type(name: &str) -> Result<&'static str, Problem> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    KINDS.iter().find(|(known, _)| *known == ending).map(|(_, media)| *media).ok_or_else(|| {
        Problem::new(BAD_MEDIA_TYPE, "the file is of no kind that is read")
            .hint("tables are .csv, .tsv, .xlsx, .parquet, .json, or several of them in a .zip")
    })
}

fn too_large(most: u64) -> Problem {
    Problem::new(TOO_LARGE, format!("the upload is larger than {most} bytes"))
        .hint("send Parquet, or have the operator raise limits.upload_bytes")
}

fn broken(error: &MultipartError) -> Problem {
    match error {
        MultipartError::Payload(actix_web::error::PayloadError::Io(e)) if e.kind() == std::io::ErrorKind::TimedOut => {
            Problem::new(crate::problem::table::TOO_SLOW, e.to_string()).hint("send the body without pauses, or in smaller files")
        }
        error => Problem::new(BAD_MULTIPART, error.to_string()).hint("send the form again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_without_tricks() {
        let file_name = |told| Names::Last.of(told);
        assert_eq!(file_name("../../etc/sites.csv"), "sites.csv");
        assert_eq!(file_name("C:\\tables\\links.csv"), "links.csv");
        assert_eq!(file_name("..hidden\u{7}.csv"), "hidden_.csv");
        assert_eq!(file_name("سیالکوٹ.csv"), "سیالکوٹ.csv");
        assert_eq!(Names::Whole.of("/my pack/../data/sites.csv"), "my pack/data/sites.csv");
        assert_eq!(Names::Whole.of("../../mine/./sites.csv"), "mine/sites.csv");
        assert_eq!(media_type("A.XLSX").unwrap(), KINDS[3].1);
        assert!(media_type("a.exe").is_err() && media_type("csv").is_err());
    }

    #[test]
    fn files_lie_beside_each_other() {
        let apart = |names: &[&str]| apart(names.iter().copied()).is_ok();
        assert!(apart(&["sites.csv", "data/sites.csv", "data/more/sites.csv", "data.csv"]));
        assert!(!apart(&["sites.csv", "links.csv", "sites.csv"]));
        assert!(!apart(&["sources.csv/x.csv", "a.csv", "sources.csv"]) && !apart(&["a.csv", "a.csv/b/c.csv"]));
    }
}
