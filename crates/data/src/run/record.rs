//! `run.json`: what was run, on what, and what came of it. No clock: the same run gives the same bytes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tierlight_core::draws::Quantiles;
use tierlight_core::model::{HAZARDS, PlaceMatch};
use tierlight_core::network::sketch::relative_error;
use tierlight_core::{Assessment, METHOD_VERSION};

use super::RunInputs;
use crate::issue::Severity;

/// The record of a run.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct RunRecord {
    /// Version of the program.
    pub engine_version: String,
    /// Version of the method.
    pub method_version: String,
    /// Reference packs in the order they were layered.
    pub packs: Vec<PackRecord>,
    /// Input files.
    pub inputs: Vec<InputRecord>,
    /// Options as given, `as_of` among them.
    pub options: serde_json::Value,
    /// Seed of the draws.
    pub seed: u64,
    /// Not drawn: link shares and input shares are taken as stated.
    pub not_drawn: Vec<String>,
    /// Rows in = used + merged + rejected, by table.
    pub tables: Vec<TableRecord>,
    /// Issues by severity and code.
    pub issues: BTreeMap<String, BTreeMap<String, usize>>,
    /// Sizes of what was assessed.
    pub counts: Counts,
    /// How the exposure was solved.
    pub convergence: Convergence,
    /// How much of the network is known.
    pub coverage: Coverage,
    /// Expected children at all sites by hazard, girls and boys.
    pub expected_children: BTreeMap<String, [f64; 2]>,
    /// What the draws say; null without draws.
    pub draws: Option<DrawRecord>,
}

/// Draws of a run.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct DrawRecord {
    /// How many.
    pub draws: usize,
    /// K of `top_probability`.
    pub top: usize,
    /// Of these, how many intervals of what lies upstream are taken of; 0 where there are none.
    pub reach_draws: usize,
    /// Expected children at all sites by hazard.
    pub expected_children: BTreeMap<String, SpreadRecord>,
}

/// Mean and quantiles over the draws.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct SpreadRecord {
    /// Mean.
    pub mean: f32,
    /// 5 % point.
    pub p05: f32,
    /// Median.
    pub p50: f32,
    /// 95 % point.
    pub p95: f32,
}

fn draw_record(a: &Assessment<'_>) -> Option<DrawRecord> {
    let u = a.uncertainty.as_ref()?;
    let spread = |q: &Quantiles| SpreadRecord { mean: q.mean, p05: q.p05, p50: q.p50, p95: q.p95 };
    let expected_children = HAZARDS.iter().zip(&u.total).map(|(h, q)| (h.slug().to_owned(), spread(q))).collect();
    Some(DrawRecord { draws: u.draws, top: u.top, reach_draws: u.reach_draws, expected_children })
}

/// A pack's identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PackRecord {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// SHA-256 over its files.
    pub sha256: String,
}

/// An input file's identity.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct InputRecord {
    /// Name.
    pub file: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: String,
}

/// What became of a table.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct TableRecord {
    /// Table of the format.
    pub table: String,
    /// Rows in the file.
    pub rows_in: usize,
    /// Rows used.
    pub used: usize,
    /// Rows merged into the site of another row.
    pub merged: usize,
    /// Rows rejected.
    pub rejected: usize,
    /// Columns that map to nothing.
    pub unmapped_columns: Vec<String>,
    /// Columns dropped as personal data.
    pub dropped_columns: Vec<String>,
}

/// Sizes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Sites.
    pub sites: usize,
    /// Links.
    pub links: usize,
    /// Agents.
    pub agents: usize,
    /// Items of evidence.
    pub evidence: usize,
    /// Sites whose workforce is assumed.
    pub workers_assumed: usize,
    /// Links whose share is assumed.
    pub shares_assumed: usize,
    /// Sites whose reach is estimated from a sketch.
    pub reach_estimated: usize,
    /// Coefficient of variation of those estimates, of the worst measure.
    pub reach_relative_error: f64,
}

/// How the linear system was solved.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Convergence {
    /// Components with cycles.
    pub cycles: usize,
    /// Sites in them.
    pub sites_in_cycles: usize,
    /// Largest number of sweeps of a component.
    pub most_sweeps: u32,
    /// Bound on the error of any exposure.
    pub error_bound: f64,
}

/// How much is known.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Sites by how their district was found.
    pub districts_by: BTreeMap<String, usize>,
    /// Sites by how the level of their country was found.
    pub country_levels_by: BTreeMap<String, usize>,
    /// Mean share of a score on grades A and B.
    pub mean_share_on_grades_a_b: f64,
    /// Mean share of conditions unknown.
    pub mean_share_unknown: f64,
}

/// Builds the record.
#[must_use]
pub fn record(a: &Assessment<'_>, inputs: &RunInputs<'_>) -> RunRecord {
    let n = a.network.sites().len();
    let mut issues: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let codes = issues.entry(severity.slug().to_owned()).or_default();
        for issue in inputs.issues.iter().filter(|i| i.severity == severity) {
            *codes.entry(issue.code.to_owned()).or_default() += 1;
        }
    }
    let mut districts_by: BTreeMap<String, usize> = PlaceMatch::ALL.iter().map(|p| (p.slug().to_owned(), 0)).collect();
    let mut country_levels_by = BTreeMap::new();
    for (row, site) in a.network.sites().iter().enumerate() {
        *districts_by.entry(site.place.slug().to_owned()).or_default() += 1;
        *country_levels_by.entry(a.model.prior(row).levels.level_basis.slug().to_owned()).or_insert(0) += 1;
    }
    let mean = |f: &dyn Fn(usize) -> f64| if n > 0 { (0..n).map(f).sum::<f64>() / n as f64 } else { 0.0 };
    let most_sweeps = a.plan.cycles.iter().map(|c| match c.forward.method {
        tierlight_core::network::component::Method::Sweeps(k) => u32::from(k),
        _ => 0,
    });
    RunRecord {
        engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        method_version: METHOD_VERSION.to_owned(),
        packs: a
            .parameters
            .packs
            .iter()
            .map(|p| PackRecord { name: p.name.clone(), version: p.version.clone(), sha256: p.digest.clone() })
            .collect(),
        inputs: inputs.inputs.iter().map(|f| InputRecord { file: f.file.clone(), bytes: f.bytes, sha256: f.sha256.clone() }).collect(),
        options: inputs.options.clone(),
        seed: inputs.seed,
        not_drawn: vec!["link shares".to_owned(), "input shares".to_owned()],
        tables: inputs
            .reports
            .iter()
            .map(|r| TableRecord {
                table: r.table.clone(),
                rows_in: r.rows_in,
                used: r.used,
                merged: r.merged,
                rejected: r.rejected,
                unmapped_columns: r.unmapped_columns.clone(),
                dropped_columns: r.dropped_columns.clone(),
            })
            .collect(),
        issues,
        counts: Counts {
            sites: n,
            links: a.network.links().len(),
            agents: a.network.agents().len(),
            evidence: a.network.evidence().len(),
            workers_assumed: a.inherent.iter().filter(|i| i.workers_assumed).count(),
            shares_assumed: a.shares.assumed.iter().filter(|x| **x).count(),
            reach_estimated: a.reach.iter().filter(|r| !r.exact).count(),
            reach_relative_error: if a.reach.iter().all(|r| r.exact) { 0.0 } else { relative_error(&a.updated) },
        },
        convergence: Convergence {
            cycles: a.plan.cycles.len(),
            sites_in_cycles: a.plan.sites_in_cycles(),
            most_sweeps: most_sweeps.max().unwrap_or(0),
            error_bound: a.error_bound,
        },
        coverage: Coverage {
            districts_by,
            country_levels_by,
            mean_share_on_grades_a_b: mean(&|r| a.inherent[r].footing.sourced),
            mean_share_unknown: mean(&|r| a.inherent[r].footing.unknown),
        },
        expected_children: HAZARDS
            .iter()
            .map(|h| {
                let girls: f64 = a.updated.iter().map(|u| u.expected[h.index()] * u.girls_share).sum();
                let boys: f64 = a.updated.iter().map(|u| u.expected[h.index()] * (1.0 - u.girls_share)).sum();
                (h.slug().to_owned(), [girls, boys])
            })
            .collect(),
        draws: draw_record(a),
    }
}
