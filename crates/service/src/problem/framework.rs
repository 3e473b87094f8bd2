//! Errors of the framework as problems: extractors, unknown paths and methods, bodies.

use actix_web::error::{JsonPayloadError, PathError, PayloadError, QueryPayloadError};
use actix_web::http::Method;
use actix_web::{HttpRequest, web};

use super::Problem;
use super::table::{BAD_BODY, BAD_JSON, BAD_MEDIA_TYPE, BAD_QUERY, METHOD_NOT_ALLOWED, NO_ROUTE, NOT_FOUND, TOO_LARGE, TOO_SLOW};

/// JSON bodies: their size and their errors.
#[must_use]
pub fn json_config(most: usize) -> web::JsonConfig {
    web::JsonConfig::default().limit(most).error_handler(|error, _| in_json(error).into())
}

/// Queries: their errors.
#[must_use]
pub fn query_config() -> web::QueryConfig {
    web::QueryConfig::default().error_handler(|error, _| {
        let QueryPayloadError::Deserialize(error) = error else { return Problem::new(BAD_QUERY, "the query cannot be read").into() };
        Problem::new(BAD_QUERY, error.to_string()).hint("the names and kinds of a query are in /docs").into()
    })
}

/// Ids in paths: one that is none names nothing.
#[must_use]
pub fn path_config() -> web::PathConfig {
    web::PathConfig::default().error_handler(|error, _| in_path(&error).into())
}

/// A part of a path that cannot be the name of anything.
#[must_use]
pub fn in_path(error: &PathError) -> Problem {
    Problem::new(NOT_FOUND, error.to_string())
}

fn in_json(error: JsonPayloadError) -> Problem {
    match error {
        JsonPayloadError::Overflow { limit } | JsonPayloadError::OverflowKnownLength { limit, .. } => too_large(limit as u64),
        JsonPayloadError::ContentType => {
            Problem::new(BAD_MEDIA_TYPE, "the body is not said to be JSON").hint("send Content-Type: application/json")
        }
        JsonPayloadError::Deserialize(error) => {
            // the message names fields and kinds; what stands in quotes may be a value and is left to the caller who sent it
            Problem::new(BAD_JSON, error.to_string()).hint("the fields of a body are in /docs")
        }
        JsonPayloadError::Payload(error) => whole(error),
        _ => Problem::new(BAD_JSON, "the body cannot be read"),
    }
}

/// A body larger than is taken.
fn too_large(most: u64) -> Problem {
    Problem::new(TOO_LARGE, format!("the body is larger than {most} bytes")).hint("limits and how to raise them are in docs/api.md")
}

/// A body that did not come whole.
#[must_use]
pub fn whole(error: PayloadError) -> Problem {
    match error {
        PayloadError::Overflow => Problem::new(TOO_LARGE, "the body is larger than is taken here"),
        PayloadError::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            Problem::new(TOO_SLOW, error.to_string()).hint("send the body without pauses, or in smaller files")
        }
        error => Problem::new(BAD_BODY, error.to_string()).hint("send it again"),
    }
}

/// Nothing is at the path.
pub async fn no_route(request: HttpRequest) -> Result<actix_web::HttpResponse, Problem> {
    Err(Problem::new(NO_ROUTE, format!("nothing is at {}", shown(request.path()))).hint("/docs lists every path"))
}

/// The path takes other methods.
pub async fn method_not_allowed(methods: Vec<Method>, request: HttpRequest) -> Result<actix_web::HttpResponse, Problem> {
    let allowed = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
    let detail = format!("{} is not taken at {}, expected {allowed}", request.method(), shown(request.path()));
    Err(Problem::new(METHOD_NOT_ALLOWED, detail).allow(allowed))
}

/// Longest piece of a path that is repeated.
const SHOWN: usize = 120;

fn shown(path: &str) -> String {
    path.chars().filter(|c| !c.is_control()).take(SHOWN).collect()
}
