//! Sums of a run, as reports make them: by district and sector, in public with small numbers kept back.

use serde::Serialize;
use serde_json::{Map, Value};
use tierlight_answers::opened::Opened;
use tierlight_report::findings::answers::Answers;
use tierlight_report::findings::scope::{Input, IssueCount, Pack, Run, TableRows};
use tierlight_report::findings::{Ask, Audience, Purpose, findings};
use utoipa::ToSchema;

use crate::problem::Problem;

/// Sums of a run. The same numbers are in `findings.json` of a report, by `schemas/findings.json`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "audience": "public", "coverage": { "sites": 60 }, "districts": [], "sectors": [] }))]
pub struct Summary {
    /// internal, or public where small numbers are kept back.
    audience: String,
    /// What is known.
    #[schema(value_type = Object)]
    coverage: Value,
    /// Districts, most expected children first.
    #[schema(value_type = Vec<Object>)]
    districts: Value,
    /// Sectors, most expected children first.
    #[schema(value_type = Vec<Object>)]
    sectors: Value,
    /// Names of what is given by id.
    #[schema(value_type = Object)]
    names: Value,
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
        run: of_record(run),
        plan: None,
    };
    let findings = findings(a, &ask).map_err(|e| Problem::internal(&e))?;
    let mut all: Map<String, Value> = match serde_json::to_value(&findings) {
        Ok(Value::Object(all)) => all,
        _ => Map::new(),
    };
    let mut take = |name: &str| all.remove(name).unwrap_or_default();
    Ok(Summary {
        audience: take("audience").as_str().unwrap_or_default().to_owned(),
        coverage: take("coverage"),
        districts: take("districts"),
        sectors: take("sectors"),
        names: take("names"),
    })
}

fn of_record(run: &Opened) -> Run {
    let record = run.record();
    Run {
        engine: record.engine_version.clone(),
        method: record.method_version.clone(),
        packs: record.packs.iter().map(|p| Pack { name: p.name.clone(), version: p.version.clone(), sha256: p.sha256.clone() }).collect(),
        input_digest: record.input_digest(),
        inputs: record.inputs.iter().map(|i| Input { file: i.file.clone(), sha256: i.sha256.clone() }).collect(),
        as_of: run.assessment().network.as_of().to_string(),
        seed: record.seed,
        draws: record.draws.as_ref().map_or(0, |d| d.draws),
        tables: record
            .tables
            .iter()
            .map(|t| TableRows { table: t.table.clone(), rows_in: t.rows_in, used: t.used, merged: t.merged, rejected: t.rejected })
            .collect(),
        issues: record
            .issues
            .iter()
            .flat_map(|(severity, codes)| {
                codes.iter().map(|(code, count)| IssueCount { severity: severity.clone(), code: code.clone(), count: *count })
            })
            .collect(),
    }
}
