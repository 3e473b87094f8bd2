//! Questions to jobs: JSON, or a form with `options` and files.

use actix_web::web::Payload;
use actix_web::{HttpRequest, http::header::CONTENT_TYPE};
use futures_util::StreamExt;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tierlight_store::{NewFile, OrganisationId};

use crate::options::Question;
use crate::problem::table::{BAD_JSON, BAD_MEDIA_TYPE, INVALID, TOO_LARGE};
use crate::problem::{Problem, whole};
use crate::state::State;
use crate::upload::{self, Names};

/// JSON as a value of a kind.
///
/// # Errors
/// Fields that are missing, unknown or of another kind.
pub fn parsed<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_json::from_value(value).map_err(|e| Problem::new(BAD_JSON, e.to_string()).hint("the fields are in /docs"))
}

/// Reads a question: its options, and its files under the stems that it knows.
///
/// # Errors
/// The body is broken, or the options or files are not those of the question.
pub async fn ask<Q: Question + DeserializeOwned>(
    state: &State,
    organisation: &OrganisationId,
    request: &HttpRequest,
    body: Payload,
) -> Result<(Q, Vec<NewFile>), Problem> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let (options, files) = if kind.starts_with("application/json") {
        (json(state, body).await?, Vec::new())
    } else if kind.starts_with("multipart/form-data") {
        let form = upload::receive(state, organisation, request, body, Names::Last).await?;
        (form.options.unwrap_or_else(|| Value::Object(serde_json::Map::new())), stems::<Q>(form.files)?)
    } else {
        return Err(Problem::new(BAD_MEDIA_TYPE, "the body is neither JSON nor a form")
            .hint("send application/json, or multipart/form-data with files"));
    };
    let question: Q = parsed(options)?;
    question.check()?;
    Ok((question, files))
}

/// Files as they are told apart: by what is in them, and their names.
pub fn digests(files: &[NewFile]) -> Vec<String> {
    files.iter().map(|f| format!("{} {}", f.blob.digest(), f.name)).collect()
}

async fn json(state: &State, mut body: Payload) -> Result<Value, Problem> {
    let most = usize::try_from(state.limits().json_bytes).unwrap_or(usize::MAX);
    let mut text = Vec::new();
    while let Some(bytes) = body.next().await {
        let bytes = bytes.map_err(whole)?;
        if text.len() + bytes.len() > most {
            return Err(Problem::new(TOO_LARGE, format!("the body is larger than {most} bytes")));
        }
        text.extend_from_slice(&bytes);
    }
    serde_json::from_slice(&text).map_err(|e| Problem::new(BAD_JSON, e.to_string()))
}

/// Names files after the fields that they came in.
fn stems<Q: Question>(files: Vec<(String, NewFile)>) -> Result<Vec<NewFile>, Problem> {
    let mut out: Vec<NewFile> = Vec::new();
    for (field, mut file) in files {
        if !Q::files().contains(&field.as_str()) {
            let known = Q::files().join(", ");
            let hint = if known.is_empty() { "no files come with this".to_owned() } else { format!("files are {known}") };
            return Err(Problem::new(INVALID, "a file is in a field that is not known").hint(hint));
        }
        let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let before = out.iter().filter(|f| f.name.starts_with(&format!("{field}.")) || f.name.starts_with(&format!("{field}-"))).count();
        file.name = if Q::many(&field) { format!("{field}-{}.{ending}", before + 1) } else { format!("{field}.{ending}") };
        if before > 0 && !Q::many(&field) {
            return Err(Problem::new(INVALID, format!("two files are {field}")).hint("send one"));
        }
        out.push(file);
    }
    Ok(out)
}
