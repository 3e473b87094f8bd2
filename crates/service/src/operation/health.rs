//! Whether the service lives, and whether it can work.

use actix_web::HttpResponse;
use actix_web::web::Data;
use serde_json::json;

use crate::problem::table::STOPPING;
use crate::problem::{Answer, Problem};
use crate::state::State;

/// `GET /livez`: the process answers.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "live" }))
}

/// `GET /readyz`: it takes requests, and its database answers.
///
/// # Errors
/// It stops, or the database does not answer.
pub async fn ready(state: Data<State>) -> Answer {
    if *state.stopping.borrow() {
        return Err(Problem::new(STOPPING, "the service is stopping").retry_after(5));
    }
    if let Err(error) = state.store.ping().await {
        tracing::error!(%error, "the database does not answer");
        return Err(Problem::new(STOPPING, "the database does not answer").retry_after(2));
    }
    Ok(HttpResponse::Ok().json(json!({ "status": "ready", "database": state.store.database().kind() })))
}
