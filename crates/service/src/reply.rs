//! Answers: JSON with an ETag, things that were made, files.

use std::path::PathBuf;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, HeaderValue, IF_MATCH, IF_NONE_MATCH, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::{Deserialize, Serialize};
use tierlight_store::Digest;
use utoipa::IntoParams;

use crate::problem::table::CHANGED;
use crate::problem::{Answer, Problem};

/// Letters of a digest that make an ETag.
const TAG: usize = 32;

fn tag(body: &[u8]) -> String {
    let digest = Digest::of(body).to_string();
    format!("\"{}\"", digest.get(..TAG).unwrap_or_default())
}

fn bytes(value: &impl Serialize) -> Answer<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| Problem::internal(&e))
}

/// True when a header lists the tag, or any.
fn listed(header: Option<&HeaderValue>, tag: &str) -> Option<bool> {
    let text = header?.to_str().unwrap_or_default();
    Some(text.split(',').map(|t| t.trim().trim_start_matches("W/")).any(|t| t == tag || t == "*"))
}

/// JSON as it is sent, with its tag: made where it was answered, not on the threads of requests.
#[derive(Debug)]
pub struct Encoded {
    body: Vec<u8>,
    tag: String,
}

impl Encoded {
    /// A value as JSON.
    ///
    /// # Errors
    /// The value is no JSON.
    pub fn of(value: &impl Serialize) -> Answer<Self> {
        let body = bytes(value)?;
        Ok(Self { tag: tag(&body), body })
    }

    /// As it is sent: 304 when the caller has it.
    #[must_use]
    pub fn response(self, request: &HttpRequest) -> HttpResponse {
        if listed(request.headers().get(IF_NONE_MATCH), &self.tag) == Some(true) {
            return HttpResponse::NotModified().insert_header((ETAG, self.tag)).finish();
        }
        HttpResponse::Ok()
            .insert_header((ETAG, self.tag))
            .insert_header((CACHE_CONTROL, "private, no-cache"))
            .insert_header((CONTENT_TYPE, "application/json"))
            .body(self.body)
    }
}

/// JSON that may be asked for again: 304 when the caller has it.
///
/// # Errors
/// The value is no JSON.
pub fn json(request: &HttpRequest, value: &impl Serialize) -> Answer {
    Encoded::of(value).map(|encoded| encoded.response(request))
}

/// Header by which a caller tells what was read of something that is to be changed: see [`read`].
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "only described: it is read where the change is made")]
pub struct IfMatch {
    /// `ETag` of what was read: the change is refused (412) when it is no more that.
    #[serde(rename = "If-Match")]
    if_match: Option<String>,
}

/// What a caller read of something that is to be changed: what is kept, when `If-Match` names its tag. The change itself compares it
/// again, so that of two callers who read the same only one changes it. None if the caller changes whatever is there.
///
/// # Errors
/// `If-Match` names another tag than that of what is kept.
pub async fn read<K: Clone, V: Serialize + From<K>>(
    request: &HttpRequest,
    kept: impl Future<Output = tierlight_store::Result<K>>,
) -> Answer<Option<K>> {
    let Some(header) = request.headers().get(IF_MATCH) else { return Ok(None) };
    let kept = kept.await?;
    let tag = tag(&bytes(&V::from(kept.clone()))?);
    if listed(Some(header), &tag) == Some(true) {
        return Ok(Some(kept).filter(|_| header != "*"));
    }
    Err(Problem::new(CHANGED, "it is no more what was read").hint("read it again, and send its ETag as If-Match"))
}

/// Something that was made, and where it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Made {
    status: u16,
    location: String,
    body: String,
}

impl Made {
    /// Something that is there now.
    ///
    /// # Errors
    /// The value is no JSON.
    pub fn created(location: String, value: &impl Serialize) -> Answer<Self> {
        Self::new(StatusCode::CREATED, location, value)
    }

    /// Something that a job makes.
    ///
    /// # Errors
    /// The value is no JSON.
    pub fn accepted(location: String, value: &impl Serialize) -> Answer<Self> {
        Self::new(StatusCode::ACCEPTED, location, value)
    }

    /// Something that was there before.
    ///
    /// # Errors
    /// The value is no JSON.
    pub fn present(location: String, value: &impl Serialize) -> Answer<Self> {
        Self::new(StatusCode::OK, location, value)
    }

    fn new(status: StatusCode, location: String, value: &impl Serialize) -> Answer<Self> {
        let body = serde_json::to_string(value).map_err(|e| Problem::internal(&e))?;
        Ok(Self { status: status.as_u16(), location, body })
    }

    /// As it is sent.
    #[must_use]
    pub fn response(self) -> HttpResponse {
        HttpResponseBuilder::new(StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK))
            .insert_header((LOCATION, self.location))
            .insert_header((CONTENT_TYPE, "application/json"))
            .insert_header((CACHE_CONTROL, "no-store"))
            .body(self.body)
    }

    /// Status and the rest as text, to be kept.
    pub(crate) fn kept(&self) -> (u16, String) {
        (self.status, serde_json::to_string(self).unwrap_or_default())
    }
}

/// Nothing more to say.
#[must_use]
pub fn gone() -> HttpResponse {
    HttpResponse::NoContent().finish()
}

/// A file to keep, sent piece by piece; ranges are served.
///
/// # Errors
/// The file cannot be opened.
pub async fn file(request: &HttpRequest, path: PathBuf, name: &str, media_type: &str) -> Answer {
    let opened = actix_web::web::block(move || actix_files::NamedFile::open(path)).await?.map_err(|e| Problem::internal(&e))?;
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }).collect();
    let mut response = opened.use_last_modified(false).into_response(request);
    let headers = response.headers_mut();
    let value = |text: String| HeaderValue::from_str(&text).map_err(|e| Problem::internal(&e));
    headers.insert(CONTENT_DISPOSITION, value(format!("attachment; filename=\"{plain}\""))?);
    headers.insert(CONTENT_TYPE, value(media_type.to_owned())?);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;
    use serde_json::Value;

    #[actix_web::test]
    async fn what_the_caller_has_is_not_sent_again() {
        let value = serde_json::json!({ "a": 1 });
        let first = json(&TestRequest::default().to_http_request(), &value).unwrap();
        let tag = first.headers().get(ETAG).unwrap().to_str().unwrap().to_owned();
        let again = TestRequest::default().insert_header((IF_NONE_MATCH, tag.clone())).to_http_request();
        assert_eq!(json(&again, &value).unwrap().status(), 304);
        assert_eq!(json(&again, &serde_json::json!({ "a": 2 })).unwrap().status(), 200);
        let kept = |tag: Option<&str>| {
            let mut asked = TestRequest::default();
            if let Some(tag) = tag {
                asked = asked.insert_header((IF_MATCH, tag));
            }
            let (asked, value) = (asked.to_http_request(), value.clone());
            async move { read::<Value, Value>(&asked, async { Ok(value) }).await }
        };
        assert_eq!(kept(Some(tag.as_str())).await.unwrap(), Some(value.clone()));
        assert_eq!((kept(None).await.unwrap(), kept(Some("*")).await.unwrap()), (None, None));
        assert_eq!(kept(Some("\"x\"")).await.unwrap_err().kind().code, "changed");
    }
}
