//! Evidence ledgers of networks: only added to; a correction is an entry of its own.

use actix_web::HttpRequest;
use actix_web::web::{Data, Json, Path, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tierlight_store::{EntryId, NetworkId, NewEvidence};
use utoipa::{IntoParams, ToSchema};

use super::entry::Evidence;
use super::model::EvidenceEntry;
use super::page::{Listed, items};
use crate::access::Allowed;
use crate::access::permission::{AddEvidence, ReadEvidence};
use crate::audit;
use crate::once::{once, told};
use crate::problem::table::{BAD_QUERY, INVALID};
use crate::problem::{Answer, Problem};
use crate::reply::{self, Made};
use crate::routes::{BASE, Routes};
use crate::state::State;

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes.add(__path_list_evidence, list_evidence).add(__path_add_evidence, add_evidence)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct LedgerPath {
    /// Id of the network.
    #[param(value_type = String, example = "net_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b")]
    network: NetworkId,
}

/// An entry to be added.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "entry": { "site_id": "HC-11", "date": "2026-11-20", "method": "home_visit", "finding": "found", "girls": 2, "boys": 1 } }))]
struct NewEntry {
    /// What it says; null withdraws the entry that it corrects.
    #[serde(default)]
    entry: Option<Evidence>,
    /// The entry that it corrects.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    corrects: Option<EntryId>,
}

/// Entries to be added, all or none.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "entries": [{ "entry": { "site_id": "HC-11", "date": "2026-11-20", "method": "home_visit", "finding": "found", "girls": 2, "boys": 1 } }] }))]
struct NewEntries {
    /// The entries.
    #[schema(min_items = 1, max_items = 1000)]
    entries: Vec<NewEntry>,
}

/// Most entries at once.
const ENTRIES: usize = 1_000;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct LedgerQuery {
    /// `next` of the page before.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Only what stands: entries that none corrects.
    standing: bool,
}

/// The evidence ledger of a network, the oldest entry first. Runs are scored with what stands.
#[utoipa::path(get, path = "/networks/{network}/evidence", tag = "evidence", params(LedgerPath, LedgerQuery), responses((status = 200, description = "A page", body = Listed<EvidenceEntry>)))]
async fn list_evidence(
    at: Allowed<ReadEvidence>,
    state: Data<State>,
    path: Path<LedgerPath>,
    query: Query<LedgerQuery>,
    request: HttpRequest,
) -> Answer {
    let limit = items(query.limit, state.limits())?;
    let after = match &query.cursor {
        None => 0,
        Some(text) => text.parse().map_err(|_| Problem::new(BAD_QUERY, "cursor is not `next` of a page"))?,
    };
    let organisation = &at.who.organisation;
    let mut found = if query.standing {
        state.store.standing_evidence(organisation, &path.network, None, after, limit + 1).await?
    } else {
        state.store.evidence(organisation, &path.network, after, limit + 1).await?
    };
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|e| e.sequence.to_string());
    let sites = found.iter().filter_map(|e| e.entry.get("site_id")?.as_str());
    audit::saw(&state, organisation, &at.who, &request, "evidence.list", &path.network, sites).await?;
    reply::json(&request, &Listed { items: found.into_iter().map(EvidenceEntry::from).collect(), next })
}

/// Adds entries to a ledger, all or none. Nothing is changed or taken away: a correction names the entry that it corrects.
#[utoipa::path(post, path = "/networks/{network}/evidence", tag = "evidence", params(LedgerPath), request_body = NewEntries, responses((status = 201, description = "Added", body = Listed<EvidenceEntry>)))]
async fn add_evidence(
    at: Allowed<AddEvidence>,
    state: Data<State>,
    path: Path<LedgerPath>,
    body: Json<NewEntries>,
    request: HttpRequest,
) -> Answer {
    if body.entries.is_empty() || body.entries.len() > ENTRIES {
        return Err(Problem::new(INVALID, format!("{} entries, expected from 1 to {ENTRIES}", body.entries.len())));
    }
    let mut new = Vec::with_capacity(body.entries.len());
    for entry in &body.entries {
        match (&entry.entry, &entry.corrects) {
            (None, None) => return Err(Problem::new(INVALID, "an entry says nothing and corrects nothing")),
            (Some(evidence), _) => evidence.check()?,
            _ => {}
        }
        let value = entry.entry.as_ref().map_or(Ok(Value::Null), serde_json::to_value).map_err(|e| Problem::internal(&e))?;
        new.push(NewEvidence { entry: value, corrects: entry.corrects.clone(), principal: at.who.name.clone() });
    }
    let told = told(&*body)?;
    once(&state, &at.who, &request, told, move |state, who, request| async move {
        let added = state.store.add_evidence(&who.organisation, &path.network, &new).await?;
        let ids: Vec<String> = added.iter().map(|e| e.id.to_string()).collect();
        audit::changed(&state, &who.organisation, &who, &request, "evidence.add", ids).await;
        let items = added.into_iter().map(EvidenceEntry::from).collect();
        Made::created(format!("{BASE}/networks/{}/evidence", path.network), &Listed { items, next: None })
    })
    .await
}
