//! What the evidence ledger of a network says, as a table that `score` reads beside the version's own; and what a run made of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tierlight_store::{Error, EvidenceEntry, MOST_ITEMS, NetworkId, OrganisationId, Result, Store};

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
    // what is added or corrected while it is read belongs to the next run
    let last = store.network(organisation, network).await?.entries;
    let broken = |_| Error::Malformed { what: "evidence ledger", expected: "entries that are rows" };
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(COLUMNS).map_err(broken)?;
    let (mut after, mut some) = (0, false);
    loop {
        let entries = store.standing_evidence(organisation, network, Some(last), after, MOST_ITEMS).await?;
        let Some(entry) = entries.last() else { break };
        (after, some) = (entry.sequence, true);
        for entry in &entries {
            row(&mut out, entry).map_err(broken)?;
        }
    }
    if !some {
        return Ok(None);
    }
    let text = out.into_inner().map_err(|_| Error::Malformed { what: "evidence ledger", expected: "entries that are rows" })?;
    place.write("ledger.csv", &text).map(Some)
}

/// An entry as a row.
fn row(out: &mut csv::Writer<Vec<u8>>, entry: &EvidenceEntry) -> csv::Result<()> {
    let cells = COLUMNS.iter().map(|column| match entry.entry.get(column) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ if *column == "evidence_id" => entry.id.to_string(),
        _ => String::new(),
    });
    out.write_record(cells)
}

/// What a run made of the ledger, by the folder that `score` wrote: entries, those that are used, and how many are not by each code.
pub(super) fn told(folder: &Path, tables: &Value) -> Result<Option<Value>> {
    let Some(of) = tables.as_array().and_then(|all| all.iter().find(|table| table.get("table").is_some_and(|name| name == "ledger")))
    else {
        return Ok(None);
    };
    let number = |name: &str| of.get(name).and_then(Value::as_u64).unwrap_or(0);
    let mut not_used: BTreeMap<String, u64> = BTreeMap::new();
    if number("rejected") > 0 {
        let broken = |_| Error::Malformed { what: "output of the program", expected: "rejected/ledger.csv with a column of codes" };
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_path(folder.join("rejected/ledger.csv")).map_err(broken)?;
        for row in rows.records() {
            // an entry may have several
            for code in row.map_err(broken)?.get(1).unwrap_or_default().split_whitespace() {
                *not_used.entry(code.to_owned()).or_default() += 1;
            }
        }
    }
    Ok(Some(json!({ "entries": number("rows_in"), "used": number("used"), "not_used": not_used })))
}
