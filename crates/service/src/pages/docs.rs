//! The API's documentation: the OpenAPI document, and a page to read and try it, which needs no other server.

use std::sync::{Arc, LazyLock};

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION};
use actix_web::web::Path;
use utoipa_swagger_ui::Config;

use crate::openapi;
use crate::problem::table::NO_ROUTE;
use crate::problem::{Answer, Problem};
use crate::routes::BASE;

static DOCUMENT: LazyLock<String> = LazyLock::new(openapi::text);
static CONFIG: LazyLock<Arc<Config<'static>>> =
    LazyLock::new(|| Arc::new(Config::from(format!("{BASE}/openapi.json")).with_credentials(true)));

/// The page writes style attributes of its own; it runs no script but ours.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// `GET /api/v1/openapi.json`.
pub async fn document() -> HttpResponse {
    HttpResponse::Ok().insert_header((CONTENT_TYPE, "application/json")).insert_header((CACHE_CONTROL, "no-cache")).body(DOCUMENT.as_str())
}

/// `GET /docs`.
pub async fn moved() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

/// `GET /docs/…`: files of the page.
///
/// # Errors
/// There is no such file.
pub async fn file(path: Path<String>) -> Answer {
    let found = utoipa_swagger_ui::serve(&path, CONFIG.clone()).map_err(|e| Problem::internal(&e))?;
    let Some(file) = found else { return Err(Problem::new(NO_ROUTE, "the documentation has no such file").hint("it begins at /docs/")) };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, file.content_type))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .body(file.bytes.to_vec()))
}
