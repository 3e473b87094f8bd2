//! What the evidence ledger of a network says, as a table that `score` reads beside the version's own.

use std::path::PathBuf;

use serde_json::Value;
use tierlight_store::{Error, NetworkId, OrganisationId, Result, Store};

use super::place::Place;

/// Columns of the table.
const COLUMNS: [&str; 18] = [
    "evidence_id",
    "site_id",
    "date",
    "method",
    "finding",
    "hazard",
    "form",
    "girls",
    "boys",
    "announced",
    "paid_by",
    "returning_team",
    "all_male_team",
    "children_interviewed",
    "off_site",
    "source",
    "case_id",
    "remediated_on",
];

/// Writes the entries that stand, if there are any; what is called in an entry's own words keeps its id, the rest has the entry's.
pub(super) async fn write(store: &Store, organisation: &OrganisationId, network: &NetworkId, place: &Place) -> Result<Option<PathBuf>> {
    let entries = store.standing_evidence(organisation, network, None).await?;
    if entries.is_empty() {
        return Ok(None);
    }
    let broken = |_| Error::Malformed { what: "evidence ledger", expected: "entries that are rows" };
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(broken)?;
    for entry in &entries {
        let cells = COLUMNS.iter().map(|column| match entry.entry.get(column) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ if *column == "evidence_id" => entry.id.to_string(),
            _ => String::new(),
        });
        out.write_record(cells).map_err(broken)?;
    }
    let text = out.into_inner().map_err(|_| Error::Malformed { what: "evidence ledger", expected: "entries that are rows" })?;
    place.write("ledger.csv", &text).map(Some)
}
