//! Who a run is, as its reports say it.

use tierlight_core::model::Network;
use tierlight_data::run::RunRecord;
use tierlight_report::findings::scope::{Input, IssueCount, Pack, Run, TableRows};

/// Identity of a run for findings, from its record and its network.
#[must_use]
pub fn run_of(record: &RunRecord, network: &Network) -> Run {
    Run {
        engine: record.engine_version.clone(),
        method: record.method_version.clone(),
        packs: record.packs.iter().map(|p| Pack { name: p.name.clone(), version: p.version.clone(), sha256: p.sha256.clone() }).collect(),
        input_digest: record.input_digest(),
        inputs: record.inputs.iter().map(|i| Input { file: i.file.clone(), sha256: i.sha256.clone() }).collect(),
        as_of: network.as_of().to_string(),
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
