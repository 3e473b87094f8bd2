//! The OpenAPI document, made from the code; `schemas/openapi.json` is the same, and a test holds them together.

use serde_json::{Map, Value, json};
use utoipa::PartialSchema;

use crate::problem::{At, ProblemBody};
use crate::{api, routes};

/// The document.
#[must_use]
pub fn document() -> Value {
    let (paths, mut schemas) = api::routes().documentation();
    for (name, schema) in
        [("Problem", serde_json::to_value(<ProblemBody<'_> as PartialSchema>::schema())), ("At", serde_json::to_value(At::schema()))]
    {
        schemas.insert(name.to_owned(), schema.unwrap_or_default());
    }
    let schemas: Map<String, Value> = {
        let mut all: Vec<(String, Value)> = schemas.into_iter().collect();
        all.sort_by(|x, y| x.0.cmp(&y.0));
        all.into_iter().collect()
    };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "tierlight",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Finds where children work in supply chains",
            "description": "Estimates for deciding where to look: they accuse nobody. A finding, and what to call it, is for people on site. \
                Lists come in pages `{items, next, total}`; `next` is the cursor of the following page. Problems are RFC 9457 documents. \
                `x-role` is the least role that an operation asks for (viewer, analyst, inspector, admin), `x-scope` the scope.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "tags": api::TAGS.iter().map(|(name, what)| json!({ "name": name, "description": what })).collect::<Vec<_>>(),
        "paths": paths,
        "components": {
            "responses": routes::problem_responses(),
            "schemas": schemas,
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "bearerFormat": "tl_…", "description": "A key of an organisation. It is shown once, when it is made." },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": crate::access::COOKIE,
                    "description": "A browser's session. Changes need the token of GET /api/v1/session in the header X-CSRF-Token.",
                },
            },
        },
    })
}

/// The document as it is committed and served.
#[must_use]
pub fn text() -> String {
    format!("{:#}\n", document())
}
