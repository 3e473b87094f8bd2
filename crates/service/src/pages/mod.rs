//! Pages for people: the beginning, signing in, the API's documentation.

mod docs;
mod sign_in;

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use crate::access::present;
use crate::operation::{health, numbers};
use crate::problem::table::{KINDS, Kind};
use crate::problem::{Answer, Problem};
use crate::state::State;

/// Adds everything that is not the API.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/livez", web::get().to(health::live))
        .route("/readyz", web::get().to(health::ready))
        .route("/metrics", web::get().to(numbers::numbers))
        .route("/", web::get().to(home))
        .route("/pages.css", web::get().to(style))
        .route("/sign-in", web::get().to(sign_in::at_provider))
        .route("/sign-in/callback", web::get().to(sign_in::from_provider))
        .route("/sign-in/{secret}", web::get().to(sign_in::by_link))
        .route("/api/v1/openapi.json", web::get().to(docs::document))
        .route("/docs", web::get().to(docs::moved))
        .route("/docs/problems", web::get().to(problems))
        .route("/docs/{file:.*}", web::get().to(docs::file));
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    who: Option<Who>,
    provider: bool,
}

/// Who is signed in, in words.
struct Who {
    role: String,
    organisation: String,
    name: String,
}

fn page(template: &impl Template) -> Answer {
    let text = template.render().map_err(|e| Problem::internal(&e))?;
    Ok(HttpResponse::Ok().insert_header(("Content-Type", "text/html; charset=utf-8")).body(text))
}

/// `GET /`.
async fn home(request: HttpRequest, state: Data<State>) -> Answer {
    let who = match present(&request) {
        Some(who) => {
            let organisation = state.store.organisation(&who.organisation).await?.name;
            Some(Who { role: who.role.to_string(), organisation, name: who.name })
        }
        None => None,
    };
    page(&Home { who, provider: state.provider.is_some() })
}

/// `GET /pages.css`.
async fn style() -> HttpResponse {
    let headers = [("Content-Type", "text/css; charset=utf-8"), ("Cache-Control", "public, max-age=3600")];
    headers
        .into_iter()
        .fold(HttpResponse::Ok(), |mut response, header| {
            response.insert_header(header);
            response
        })
        .body(include_str!("../../templates/pages.css"))
}

#[derive(Template)]
#[template(path = "problems.html")]
struct Problems {
    kinds: &'static [Kind],
}

/// `GET /docs/problems`.
async fn problems() -> Answer {
    page(&Problems { kinds: KINDS })
}
