//! Problems as RFC 9457 documents. Whatever goes wrong, the answer is one of [`table::KINDS`].

mod convert;
mod framework;
pub mod table;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

pub use framework::{in_path, json_config, method_not_allowed, no_route, path_config, query_config, whole};
use table::Kind;

/// Media type of problems.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Where in an upload something is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct At {
    /// File.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// Row; the header is row 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Column.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub column: String,
}

/// A problem with what is known of this occurrence.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: Kind,
    detail: String,
    hint: String,
    at: Option<At>,
    /// Code of the reader, where it has a finer one.
    cause: Option<String>,
    retry_after: Option<u64>,
    allow: Option<String>,
}

/// Result of a handler.
pub type Answer<T = HttpResponse> = Result<T, Problem>;

impl Problem {
    /// A problem of a kind: what was found, and what was expected.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), hint: String::new(), at: None, cause: None, retry_after: None, allow: None }
    }

    /// What to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Where in the upload.
    #[must_use]
    pub fn at(mut self, at: At) -> Self {
        self.at = Some(at);
        self
    }

    /// The reader's own code.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// When to try again, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds.max(1));
        self
    }

    /// Methods that the path takes.
    #[must_use]
    pub fn allow(mut self, methods: impl Into<String>) -> Self {
        self.allow = Some(methods.into());
        self
    }

    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What was found.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

/// A problem as it is sent (RFC 9457, `application/problem+json`).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "/docs/problems#not_found", "title": "There is no such thing, or it belongs to others", "status": 404, "code": "not_found",
    "detail": "no run run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b", "hint": ""
}))]
pub struct ProblemBody<'a> {
    /// Where the kind is described.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: &'a str,
    /// HTTP status.
    pub status: u16,
    /// Stable code of the kind.
    pub code: &'a str,
    /// What was found and what was expected.
    pub detail: &'a str,
    /// What to do; may be empty.
    pub hint: &'a str,
    /// Where in the upload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<&'a At>,
    /// Code of the reader, as `tierlight check` prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<&'a str>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        if self.kind != table::BAD_QUERY && crate::limits::LIMITS.iter().any(|limit| limit.problem == Some(self.kind)) {
            metrics::counter!("tierlight_limited_total", "code" => self.kind.code).increment(1);
        }
        let mut response = HttpResponseBuilder::new(self.status_code());
        response.insert_header((CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON)));
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if let Some(methods) = &self.allow {
            response.insert_header((ALLOW, methods.as_str()));
        }
        if self.kind.status == 401 {
            response.insert_header((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tierlight\"")));
        }
        let body = ProblemBody {
            kind: format!("/docs/problems#{}", self.kind.code),
            title: self.kind.title,
            status: self.kind.status,
            code: self.kind.code,
            detail: &self.detail,
            hint: &self.hint,
            at: self.at.as_ref(),
            cause: self.cause.as_deref(),
        };
        // a document of texts and numbers: it can be written
        response.body(serde_json::to_vec(&body).unwrap_or_default())
    }
}
