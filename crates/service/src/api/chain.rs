//! Why a site scores as it does, and where a buyer's share comes from.

use std::collections::BTreeSet;

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use serde_json::Value;
use tierlight_answers::opened::ReachItem;
use utoipa::IntoParams;

use super::sites::SitePath;
use crate::access::Allowed;
use crate::access::permission::ReadRuns;
use crate::options::HazardWord;
use crate::problem::table::INVALID;
use crate::problem::{Answer, Problem};
use crate::reply::Encoded;
use crate::routes::Routes;
use crate::state::State;
use crate::{audit, reading, reply};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_explain_site, explain_site)
        .add(__path_trace_buyer, trace_buyer)
        .add(__path_list_paths, list_paths)
        .add(__path_get_reach, get_reach)
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct ExplainQuery {
    /// Every number behind the score, with its row in a pack or file, and the sources.
    sources: bool,
}

/// Why a site scores as it does: what `tierlight explain --format json` prints.
#[utoipa::path(get, path = "/runs/{run}/sites/{site}/explanation", tag = "chains", params(SitePath, ExplainQuery),
    responses((status = 200, description = "The explanation", body = Object, example = json!({ "site_id": "HC-11", "terms": [{ "part": "child_labour", "term": "sector_base", "log_odds": -2.1 }] }))))]
async fn explain_site(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<SitePath>,
    query: Query<ExplainQuery>,
    request: HttpRequest,
) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let (wanted, sources) = (path.site.clone(), query.sources);
    let (ids, explanation) = reading::ask(&state.clone().into_inner(), &run, move |opened| {
        let row = opened.find(&wanted)?;
        let explanation = opened.explain(row, sources)?;
        Ok((named(opened.site_id(row), &explanation), Encoded::of(&explanation)?))
    })
    .await?;
    audit::saw(&state, &run.organisation, &at.who, &request, "site.explain", &run.id, ids).await?;
    Ok(explanation.response(&request))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct TraceQuery {
    /// Hazard of paths and dark places.
    #[param(inline)]
    hazard: HazardWord,
    /// Paths to list; 10 unless stated, 1,000 at most.
    #[param(minimum = 0, maximum = 1000)]
    paths: Option<usize>,
    /// Contributions and dark places to list, the largest first; 1,000 unless stated, 10,000 at most. What is left out is summed up in `more`.
    #[param(minimum = 0, maximum = 10000)]
    limit: Option<usize>,
}

/// Contributions unless another number is asked for, and the most.
const PARTS: (usize, usize) = (1_000, 10_000);

/// Paths unless another number is asked for, and the most.
const PATHS: (usize, usize) = (10, 1_000);

impl TraceQuery {
    fn count(&self) -> Result<usize, Problem> {
        let count = self.paths.unwrap_or(PATHS.0);
        if count > PATHS.1 {
            return Err(Problem::new(INVALID, format!("paths is {count}, at most {} are listed", PATHS.1)));
        }
        if self.limit.is_some_and(|limit| limit > PARTS.1) {
            return Err(Problem::new(INVALID, format!("limit is at most {}", PARTS.1)));
        }
        Ok(count)
    }
}

/// Ids of a site and of those that an answer about it names: of contributions, dark places, work made elsewhere, and along paths.
fn named(of: &str, answer: &Value) -> BTreeSet<String> {
    fn gather(value: &Value, to: &mut BTreeSet<String>) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| gather(item, to)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    match (key.as_str(), value) {
                        ("site_id" | "modelled_site" | "orders_of", Value::String(id)) => drop(to.insert(id.clone())),
                        ("sites", Value::Array(ids)) => to.extend(ids.iter().filter_map(Value::as_str).map(str::to_owned)),
                        _ => gather(value, to),
                    }
                }
            }
            _ => {}
        }
    }
    let mut ids = BTreeSet::from([of.to_owned()]);
    gather(answer, &mut ids);
    ids
}

/// Where a buyer's linked share comes from, and where its chain is dark: what `tierlight trace --format json` prints.
#[utoipa::path(get, path = "/runs/{run}/sites/{site}/trace", tag = "chains", params(SitePath, TraceQuery),
    responses((status = 200, description = "The trace", body = Object, example = json!({ "buyer": "BR-01", "traced_share": 0.8, "contributions": [], "dark": [] }))))]
async fn trace_buyer(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<SitePath>,
    query: Query<TraceQuery>,
    request: HttpRequest,
) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let (wanted, hazard, paths) = (path.site.clone(), query.hazard.hazard(), query.count()?);
    let limit = query.limit.unwrap_or(PARTS.0);
    let (ids, trace) = reading::ask(&state.clone().into_inner(), &run, move |opened| {
        let row = opened.find(&wanted)?;
        let trace = opened.trace(row, hazard, paths, limit);
        Ok((named(opened.site_id(row), &trace), Encoded::of(&trace)?))
    })
    .await?;
    audit::saw(&state, &run.organisation, &at.who, &request, "site.trace", &run.id, ids).await?;
    Ok(trace.response(&request))
}

/// Heaviest paths up a buyer's chain.
#[utoipa::path(get, path = "/runs/{run}/sites/{site}/paths", tag = "chains", params(SitePath, TraceQuery),
    responses((status = 200, description = "The paths", body = Object, example = json!({ "hazard": "child_labour", "paths": [{ "sites": ["BR-01", "EX-01", "HC-11"], "value": 0.1, "linked_share": 0.01 }], "remainder": 0.02, "capped": false }))))]
async fn list_paths(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<SitePath>,
    query: Query<TraceQuery>,
    request: HttpRequest,
) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let (wanted, hazard, count) = (path.site.clone(), query.hazard.hazard(), query.count()?);
    let (ids, paths) = reading::ask(&state.clone().into_inner(), &run, move |opened| {
        let row = opened.find(&wanted)?;
        let paths = opened.paths(row, hazard, count);
        Ok((named(opened.site_id(row), &paths), Encoded::of(&paths)?))
    })
    .await?;
    audit::saw(&state, &run.organisation, &at.who, &request, "site.paths", &run.id, ids).await?;
    Ok(paths.response(&request))
}

/// What lies upstream of a buyer, counted by search.
#[utoipa::path(get, path = "/runs/{run}/sites/{site}/reach", tag = "chains", params(SitePath),
    responses((status = 200, description = "The reach", body = ReachItem, example = json!({ "buyer": "BR-01", "upstream_sites": 40,
        "any_site_probability": { "child_labour": 0.99, "hazardous": 0.9, "forced": 0.4 }, "any_site_probability_interval": null,
        "expected_sites": { "child_labour": 6.1, "hazardous": 3.2, "forced": 0.5 }, "expected_sites_interval": null,
        "upstream_children": { "child_labour": { "girls": 12.0, "boys": 20.0 }, "hazardous": { "girls": 6.0, "boys": 9.0 }, "forced": { "girls": 1.0, "boys": 1.2 } },
        "upstream_children_interval": null }))))]
async fn get_reach(at: Allowed<ReadRuns>, state: Data<State>, path: Path<SitePath>, request: HttpRequest) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let wanted = path.site.clone();
    let reach = reading::ask(&state.clone().into_inner(), &run, move |opened| Ok(opened.reach(opened.find(&wanted)?))).await?;
    audit::saw(&state, &run.organisation, &at.who, &request, "site.reach", &run.id, [reach.buyer.as_str()]).await?;
    reply::json(&request, &reach)
}
