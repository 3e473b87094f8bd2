//! Sums of a run, as reports make them: by district and sector, in public with small numbers kept back.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};
use tierlight_answers::opened::Opened;
use tierlight_answers::run_of;
use tierlight_report::findings::answers::Answers;
use tierlight_report::findings::{Ask, Audience, Purpose, findings};
use utoipa::ToSchema;

use crate::problem::Problem;

/// Sums of a run. The same numbers are in `findings.json` of a report, by `schemas/findings.json`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "audience": "public", "coverage": { "sites": 60 }, "districts": [], "sectors": [], "left_out": { "districts": 3, "sectors": 2 }, "names": {} }))]
pub struct Summary {
    /// internal, or public where small numbers are kept back.
    audience: String,
    /// What is known; where small numbers are kept back, numbers of fewer than ten sites or links are null.
    #[schema(value_type = Option<Object>)]
    coverage: Value,
    /// Districts, most expected children first.
    #[schema(value_type = Vec<Object>)]
    districts: Value,
    /// Sectors, most expected children first.
    #[schema(value_type = Vec<Object>)]
    sectors: Value,
    /// Rows that are left out because few sites are in them.
    left_out: LeftOut,
    /// Names of what is given by id; where small numbers are kept back, only of the rows that are shown.
    #[schema(value_type = Object)]
    names: Value,
}

/// Rows that are left out.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct LeftOut {
    /// Districts.
    districts: usize,
    /// Sectors.
    sectors: usize,
}

/// Sums over fewer sites than this tell of single ones.
const FEWEST_SITES: usize = 10;

/// Leaves out rows of few sites, and as many others as it takes that the total less what is shown does not tell of few sites either.
fn leave_out(rows: &mut Value) -> usize {
    let Some(rows) = rows.as_array_mut() else { return 0 };
    let sites = |row: &Value| row.get("sites").and_then(Value::as_u64).unwrap_or(0) as usize;
    let mut by_size: Vec<usize> = (0..rows.len()).collect();
    by_size.sort_by_key(|k| rows.get(*k).map_or(0, sites));
    let (mut gone, mut sum) = (BTreeSet::new(), 0);
    for k in by_size {
        let own = rows.get(k).map_or(0, sites);
        let enough = gone.is_empty() || (gone.len() > 1 && sum >= FEWEST_SITES);
        if own >= FEWEST_SITES && enough {
            break;
        }
        gone.insert(k);
        sum += own;
    }
    let mut at = 0;
    rows.retain(|_| {
        at += 1;
        !gone.contains(&(at - 1))
    });
    gone.len()
}

/// What of coverage counts no sites or links: shares, and children, whose small numbers are kept back already.
const NO_COUNTS: [&str; 3] = ["on_surveys", "unknown", "children"];

/// Keeps back small counts of sites and links.
fn keep_back(coverage: &mut Value) {
    fn small(value: &mut Value) {
        match value {
            Value::Object(by_hazard) => by_hazard.values_mut().for_each(small),
            Value::Number(count) if count.as_f64().is_some_and(|count| count < FEWEST_SITES as f64) => *value = Value::Null,
            _ => {}
        }
    }
    let Some(fields) = coverage.as_object_mut() else { return };
    fields.iter_mut().filter(|(name, _)| !NO_COUNTS.contains(&name.as_str())).for_each(|(_, value)| small(value));
}

/// Leaves the names of those whose rows are shown: others would tell of rows that are left out. Countries have no rows.
fn only_shown(names: &mut Value, districts: &Value, sectors: &Value) {
    let ids = |rows: &Value, key: &str| -> BTreeSet<String> {
        rows.as_array().into_iter().flatten().filter_map(|row| row.get(key)?.as_str().map(str::to_owned)).collect()
    };
    for (kind, shown) in [("districts", ids(districts, "district")), ("sectors", ids(sectors, "sector")), ("countries", BTreeSet::new())] {
        if let Some(Value::Object(of)) = names.get_mut(kind) {
            of.retain(|id, _| shown.contains(id));
        }
    }
}

/// The sums of a run.
///
/// # Errors
/// The findings cannot be made.
pub fn summary(run: &Opened, small_kept_back: bool) -> Result<Summary, Problem> {
    let a = run.assessment();
    let ask = Ask {
        purpose: Purpose::Inspectorate,
        audience: if small_kept_back { Audience::Public } else { Audience::Internal },
        buyers: &[],
        frameworks: &[],
        answers: &Answers::default(),
        run: run_of(run.record(), a.network),
        plan: None,
    };
    let findings = findings(a, &ask).map_err(|e| Problem::internal(&e))?;
    let mut all: Map<String, Value> = match serde_json::to_value(&findings) {
        Ok(Value::Object(all)) => all,
        _ => Map::new(),
    };
    let mut take = |name: &str| all.remove(name).unwrap_or_default();
    let mut left_out = LeftOut::default();
    let (mut coverage, mut districts, mut sectors) = (take("coverage"), take("districts"), take("sectors"));
    let (audience, mut names) = (take("audience"), take("names"));
    if small_kept_back {
        left_out = LeftOut { districts: leave_out(&mut districts), sectors: leave_out(&mut sectors) };
        if a.network.sites().len() < FEWEST_SITES {
            coverage = Value::Null;
        }
        keep_back(&mut coverage);
        only_shown(&mut names, &districts, &sectors);
    }
    Ok(Summary { audience: audience.as_str().unwrap_or_default().to_owned(), coverage, districts, sectors, left_out, names })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_of_few_sites_are_left_out_and_cannot_be_reckoned() {
        let left = |sizes: &[usize]| {
            let mut rows = json!(sizes.iter().map(|n| json!({ "sites": n })).collect::<Vec<_>>());
            let count = leave_out(&mut rows);
            let shown: Vec<u64> = rows.as_array().unwrap().iter().filter_map(|r| r["sites"].as_u64()).collect();
            (count, shown)
        };
        assert_eq!(left(&[50, 20, 12]), (0, vec![50, 20, 12]));
        // one small row alone would be the total less the others
        assert_eq!(left(&[50, 20, 1]), (2, vec![50]));
        assert_eq!(left(&[50, 20, 6, 7]), (2, vec![50, 20]));
        assert_eq!(left(&[50, 20, 2, 3]), (3, vec![50]));
        assert_eq!(left(&[4, 3]), (2, vec![]));
    }

    #[test]
    fn small_counts_and_names_of_what_is_left_out_are_kept_back() {
        let children = json!({ "child_labour": { "total": 12.0 } });
        let mut coverage = json!({ "placed": 60, "in_cycles": 3, "sites_with_children": { "child_labour": 12.5, "forced": 0.4 }, "unknown": 0.2,
            "children": children });
        keep_back(&mut coverage);
        let expected = json!({ "placed": 60, "in_cycles": null, "sites_with_children": { "child_labour": 12.5, "forced": null }, "unknown": 0.2,
            "children": children });
        assert_eq!(coverage, expected);

        let mut names = json!({ "districts": { "a": {}, "b": {} }, "sectors": { "c": {}, "d": {} }, "countries": { "PAK": "Pakistan" } });
        only_shown(&mut names, &json!([{ "district": "b" }]), &json!([{ "sector": "c" }]));
        assert_eq!(names, json!({ "districts": { "b": {} }, "sectors": { "c": {} }, "countries": {} }));
    }
}
