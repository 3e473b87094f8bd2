//! Numbers of the service for Prometheus.

use std::sync::OnceLock;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tierlight_store::Role;

use crate::access::permission::Scope;
use crate::access::present;
use crate::limits::LIMITS;
use crate::problem::table::{NOT_ALLOWED, NOT_SIGNED_IN};
use crate::problem::{Answer, Problem};
use crate::state::State;

/// Bounds of buckets of request times, seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

static NUMBERS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Begins to count; once in a process.
pub fn begin() {
    NUMBERS.get_or_init(|| {
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS).ok()?;
        builder.install_recorder().ok()
    });
    metrics::describe_counter!("tierlight_requests_total", "Requests by method, route and status");
    metrics::describe_histogram!("tierlight_request_seconds", "Time to answer by route");
    metrics::describe_counter!("tierlight_limited_total", "Times that a limit was met, by code");
    metrics::describe_counter!("tierlight_upload_bytes_total", "Bytes of uploads");
    metrics::describe_gauge!("tierlight_limit", "Values of limits by name");
}

/// `GET /metrics`: on this machine, or with a key that may operate.
///
/// # Errors
/// Somebody else asks.
pub async fn numbers(request: HttpRequest, state: Data<State>) -> Answer {
    // behind a proxy every address is the proxy's
    let local = !state.config.behind_proxy && request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    if !local {
        let Some(who) = present(&request) else {
            return Err(Problem::new(NOT_SIGNED_IN, "numbers are told on this machine, or to a key with the scope operation"));
        };
        if who.role < Role::Admin || !Scope::Operation.held(&who.scopes) {
            return Err(Problem::new(NOT_ALLOWED, "numbers are told to an admin's key with the scope operation"));
        }
    }
    for limit in LIMITS {
        metrics::gauge!("tierlight_limit", "name" => limit.name).set(state.limits().get(limit.name).unwrap_or_default() as f64);
    }
    let queue = state.store.queue().await?;
    metrics::gauge!("tierlight_jobs", "state" => "queued").set(queue.queued as f64);
    metrics::gauge!("tierlight_jobs", "state" => "running").set(queue.running as f64);
    metrics::gauge!("tierlight_opened_runs").set(state.runs.len() as f64);
    metrics::gauge!("tierlight_uploads").set(state.uploads.taken(state.limits().uploads) as f64);
    metrics::gauge!("tierlight_event_streams").set(state.streams.taken(state.limits().event_streams) as f64);
    if let Ok(free) = state.store.free_bytes() {
        metrics::gauge!("tierlight_free_bytes").set(free as f64);
    }
    let text = NUMBERS.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default();
    Ok(HttpResponse::Ok().insert_header(("content-type", "text/plain; version=0.0.4; charset=utf-8")).body(text))
}
