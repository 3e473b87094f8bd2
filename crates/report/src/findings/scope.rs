//! What a report is about, what is known of it, and what is dark.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::model::{Finding, PlaceMatch};

use super::number::{ByHazard, Children};

/// Identity of a run, given by whoever has its folder.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Run {
    /// Version of the program that made the run.
    pub engine: String,
    /// Version of the method.
    pub method: String,
    /// Reference packs in the order they were layered.
    pub packs: Vec<Pack>,
    /// SHA-256 over names and digests of all input files.
    pub input_digest: String,
    /// Input files.
    pub inputs: Vec<Input>,
    /// Day on which the network was looked at.
    pub as_of: String,
    /// Seed of the draws.
    pub seed: u64,
    /// Draws.
    pub draws: usize,
    /// What became of each table.
    pub tables: Vec<TableRows>,
    /// Issues of the reading, by code.
    pub issues: Vec<IssueCount>,
}

/// A reference pack.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Pack {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
    /// SHA-256 over its files.
    pub sha256: String,
}

/// An input file.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Input {
    /// Name.
    pub file: String,
    /// SHA-256.
    pub sha256: String,
}

/// What became of a table: rows in = used + merged + rejected.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TableRows {
    /// Table.
    pub table: String,
    /// Rows in the file.
    pub rows_in: usize,
    /// Rows used.
    pub used: usize,
    /// Rows merged into the site of another row.
    pub merged: usize,
    /// Rows rejected.
    pub rejected: usize,
}

/// How often an issue was found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct IssueCount {
    /// error, warning, info.
    pub severity: String,
    /// Code.
    pub code: String,
    /// How often.
    pub count: usize,
}

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Scope {
    /// Sites in scope.
    pub sites: usize,
    /// Sites of the run.
    pub sites_of_run: usize,
    /// Links between sites in scope.
    pub links: usize,
    /// Agents that work for sites in scope.
    pub agents: usize,
    /// Items of evidence at sites in scope.
    pub evidence: usize,
    /// Sites by country.
    pub countries: BTreeMap<String, usize>,
    /// Sites by role.
    pub roles: BTreeMap<String, usize>,
    /// Scope is the chain of chosen buyers; else the whole run.
    pub of_buyers: bool,
}

/// What is known of the sites in scope.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Coverage {
    /// Sites that were placed in a district.
    pub placed: usize,
    /// Of these, within a cell of a border.
    pub border: usize,
    /// Sites whose workforce is the sector's usual one.
    pub workers_assumed: usize,
    /// Links whose share is assumed.
    pub shares_assumed: usize,
    /// Mean share of the log-odds on grades A and B.
    pub on_surveys: f64,
    /// Mean share of the conditions asked for that are unknown.
    pub unknown: f64,
    /// Sites that were ever looked at.
    pub looked_at: usize,
    /// Sites with a finding on record.
    pub with_findings: usize,
    /// Sites that buy in circles.
    pub in_cycles: usize,
    /// Expected children at the sites, by hazard.
    pub children: ByHazard<Children>,
    /// Expected number of sites with at least one child in the hazard.
    pub sites_with_children: ByHazard<f64>,
}

pub(crate) fn scope(a: &Assessment<'_>, rows: &[usize], inside: &[bool], of_buyers: bool) -> Scope {
    let (mut countries, mut roles) = (BTreeMap::new(), BTreeMap::new());
    for &r in rows {
        let site = &a.network.sites()[r];
        *countries.entry(a.parameters.countries[usize::from(site.country)].iso3.clone()).or_insert(0) += 1;
        *roles.entry(site.role.slug().to_owned()).or_insert(0) += 1;
    }
    let agents: BTreeSet<u32> = a.network.agent_links().iter().filter(|l| inside[l.site as usize]).map(|l| l.agent).collect();
    Scope {
        sites: rows.len(),
        sites_of_run: a.network.sites().len(),
        links: a.network.links().iter().filter(|l| inside[l.supplier as usize] && inside[l.buyer as usize]).count(),
        agents: agents.len(),
        evidence: a.network.evidence().iter().filter(|e| inside[e.site as usize]).count(),
        countries,
        roles,
        of_buyers,
    }
}

pub(crate) fn coverage(a: &Assessment<'_>, rows: &[usize], inside: &[bool], of_buyers: bool) -> Coverage {
    let count = |f: &dyn Fn(usize) -> bool| rows.iter().filter(|&&r| f(r)).count();
    let mean = |f: &dyn Fn(usize) -> f64| if rows.is_empty() { 0.0 } else { rows.iter().map(|&r| f(r)).sum::<f64>() / rows.len() as f64 };
    let mut looked = vec![false; inside.len()];
    let mut found = vec![false; inside.len()];
    for item in a.network.evidence() {
        looked[item.site as usize] = true;
        found[item.site as usize] |= item.finding == Finding::Found;
    }
    let links = a.network.links().iter().zip(&a.shares.assumed);
    let total = a.uncertainty.as_ref().filter(|_| !of_buyers);
    Coverage {
        placed: count(&|r| a.network.sites()[r].place != PlaceMatch::None),
        border: count(&|r| a.network.sites()[r].place == PlaceMatch::Border),
        workers_assumed: count(&|r| a.inherent[r].workers_assumed),
        shares_assumed: links.filter(|(l, assumed)| **assumed && inside[l.supplier as usize] && inside[l.buyer as usize]).count(),
        on_surveys: mean(&|r| a.inherent[r].footing.sourced),
        unknown: mean(&|r| a.inherent[r].footing.unknown),
        looked_at: count(&|r| looked[r]),
        with_findings: count(&|r| found[r]),
        in_cycles: a.plan.sites_in_cycles(),
        children: ByHazard::of(|h| {
            let girls: f64 = rows.iter().map(|&r| a.updated[r].expected[h] * a.updated[r].girls_share).sum();
            let all: f64 = rows.iter().map(|&r| a.updated[r].expected[h]).sum();
            Children::new(girls, all - girls, total.map(|u| &u.total[h]))
        }),
        sites_with_children: ByHazard::of(|h| rows.iter().map(|&r| a.updated[r].presence[h]).sum()),
    }
}
