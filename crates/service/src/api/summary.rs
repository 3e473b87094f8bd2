//! Sums of a run, as reports make them: by district and sector, in public with small numbers kept back.

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
    /// What is known.
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
    /// Names of what is given by id.
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
    let (mut gone, mut sum) = (std::collections::BTreeSet::new(), 0);
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
    if small_kept_back {
        left_out = LeftOut { districts: leave_out(&mut districts), sectors: leave_out(&mut sectors) };
        if a.network.sites().len() < FEWEST_SITES {
            coverage = Value::Null;
        }
    }
    Ok(Summary {
        audience: take("audience").as_str().unwrap_or_default().to_owned(),
        coverage,
        districts,
        sectors,
        left_out,
        names: take("names"),
    })
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
}
