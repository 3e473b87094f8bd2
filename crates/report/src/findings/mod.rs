//! The numbers of a report: what a run says about its sites, its chain and its evidence, for one purpose and one audience.
//!
//! Findings have no words of a language; a document puts them into words. They are written as JSON by `schemas/findings.json`.

pub mod answers;
pub mod buyer;
pub mod care;
pub mod control;
pub mod evidence;
pub mod framework;
pub mod hot_spots;
pub mod links;
pub mod number;
pub mod page;
pub mod plan;
mod publish;
pub mod scope;
pub mod site;
pub mod sources;

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::network::contribution::upstream;
use tierlight_core::network::throughput::final_buyers;
use tierlight_core::parameters::Framework;

pub use publish::FEWEST;

use crate::error::Result;
use answers::Answers;

/// Version of the schema of findings.
pub const SCHEMA: &str = "1";

/// For whom a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A brand's due diligence.
    Brand,
    /// An exporter's work on its own chain.
    Exporter,
    /// An inspectorate's plans.
    Inspectorate,
}

/// Who may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Those who work on the cases.
    Internal,
    /// Anyone.
    Public,
}

/// What is asked for.
#[derive(Debug)]
pub struct Ask<'a> {
    /// For whom.
    pub purpose: Purpose,
    /// Who may read it.
    pub audience: Audience,
    /// Rows of the buyers whose chains are the scope; none is the whole run.
    pub buyers: &'a [usize],
    /// Laws and guides to hold it against.
    pub frameworks: &'a [&'a Framework],
    /// What the user says where the run cannot.
    pub answers: &'a Answers,
    /// Identity of the run.
    pub run: scope::Run,
    /// The plan that goes with it.
    pub plan: Option<plan::Plan>,
}

/// The numbers of a report.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Findings {
    /// Version of this schema.
    pub schema: String,
    /// For whom.
    pub purpose: Purpose,
    /// Who may read it.
    pub audience: Audience,
    /// Identity of the run.
    pub run: scope::Run,
    /// Names of the ids below.
    pub names: Names,
    /// What it is about.
    pub scope: scope::Scope,
    /// What is known.
    pub coverage: scope::Coverage,
    /// Buyers, by linked share; the first of them in detail.
    pub buyers: Vec<buyer::Buyer>,
    /// Final buyers beyond those.
    pub more_buyers: usize,
    /// Districts, most expected children first.
    pub districts: Vec<hot_spots::DistrictFinding>,
    /// Sectors, most expected children first.
    pub sectors: Vec<hot_spots::SectorFinding>,
    /// Sites through which much of the chain passes.
    pub control_points: Vec<control::SitePoint>,
    /// Agents through whose sites much of it passes.
    pub agents: Vec<control::AgentPoint>,
    /// Evidence item by item; empty in public.
    pub evidence: Vec<evidence::Item>,
    /// Evidence by method.
    pub evidence_summary: Vec<evidence::Summary>,
    /// What to follow up; empty in public.
    pub follow_ups: Vec<evidence::FollowUp>,
    /// What to do, in order.
    pub actions: Vec<care::Action>,
    /// The plan that goes with it; null without one, and in public.
    pub plan: Option<plan::Plan>,
    /// Services to refer to.
    pub referrals: care::Referrals,
    /// Laws and guides.
    pub frameworks: Vec<framework::FrameworkFinding>,
    /// Pages about single sites; empty in public.
    pub pages: Vec<page::Page>,
    /// Sites in scope, by rank; in public by sector, without ranks.
    pub sites: Vec<site::SiteFinding>,
    /// Sources behind the numbers.
    pub sources: Vec<sources::SourceFinding>,
}

/// Names of what findings give by id.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Names {
    /// Sectors.
    pub sectors: BTreeMap<String, Name>,
    /// Districts.
    pub districts: BTreeMap<String, Name>,
    /// Countries.
    pub countries: BTreeMap<String, String>,
}

/// A name in the languages of reports.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Name {
    /// English, or as the pack has it.
    pub en: String,
    /// Urdu; empty when not known.
    pub ur: String,
}

/// Buyers that are listed unless they are chosen.
const LISTED: usize = 100;
/// Buyers whose chain is told in detail unless they are chosen.
const DETAILED: usize = 5;
/// Pages about single sites, by purpose.
const PAGES: [usize; 3] = [3, 60, 5];

/// Gathers findings. `O(n + m)`, and for each buyer in detail linear in what is upstream of it.
///
/// # Errors
/// None for an assessment that was made with its parameters.
pub fn findings(a: &Assessment<'_>, ask: &Ask<'_>) -> Result<Findings> {
    let chosen = !ask.buyers.is_empty();
    let inside = inside(a, ask.buyers);
    let rows: Vec<usize> = (0..inside.len()).filter(|&r| inside[r]).collect();
    let (buyers, more_buyers) = buyers(a, ask.buyers);
    let evidence = evidence::items(a, &inside);
    let mut f = Findings {
        schema: SCHEMA.to_owned(),
        purpose: ask.purpose,
        audience: Audience::Internal,
        run: ask.run.clone(),
        names: names(a, &rows),
        scope: scope::scope(a, &rows, &inside, chosen),
        coverage: scope::coverage(a, &rows, &inside, chosen),
        control_points: control::sites(a, &rows, &buyers.iter().map(|b| b.0).collect::<Vec<_>>()),
        buyers: buyers.into_iter().map(|b| b.1).collect(),
        more_buyers,
        districts: hot_spots::districts(a, &rows, !chosen),
        sectors: hot_spots::sectors(a, &rows),
        agents: control::agents(a, &inside),
        evidence_summary: evidence::summary(&evidence),
        follow_ups: evidence::follow_ups(&evidence),
        evidence,
        actions: Vec::new(),
        plan: ask.plan.clone(),
        referrals: care::referrals(a, &rows),
        frameworks: Vec::new(),
        pages: Vec::new(),
        sites: site::sites(a, &rows),
        sources: Vec::new(),
    };
    f.actions = care::actions(a, &f, &rows);
    f.frameworks = ask.frameworks.iter().map(|framework| framework::framework(framework, &f, ask.answers)).collect();
    let mut first: Vec<usize> = rows.clone();
    first.sort_by_key(|&r| (a.priority[r].rank, r));
    first.truncate(PAGES[ask.purpose as usize]);
    f.pages = first.into_iter().map(|r| page::page(a, r)).collect();
    let mut also: BTreeSet<String> = f.referrals.services.iter().map(|s| s.source.clone()).collect();
    also.extend(f.frameworks.iter().flat_map(|x| x.elements.iter().map(|e| e.source.clone()).chain([x.source.clone()])));
    f.sources = sources::sources(a, &also)?;
    Ok(match ask.audience {
        Audience::Internal => f,
        Audience::Public => publish::publish(f),
    })
}

/// Sites in scope: the chains of the chosen buyers, or all.
fn inside(a: &Assessment<'_>, buyers: &[usize]) -> Vec<bool> {
    let mut inside = vec![buyers.is_empty(); a.network.sites().len()];
    for &buyer in buyers {
        for position in upstream(&a.plan, buyer) {
            inside[a.plan.site_at[position as usize] as usize] = true;
        }
    }
    inside
}

/// Buyers with their rows, by linked share, and how many more there are.
fn buyers(a: &Assessment<'_>, chosen: &[usize]) -> (Vec<(usize, buyer::Buyer)>, usize) {
    let mut rows = if chosen.is_empty() { final_buyers(&a.plan) } else { chosen.to_vec() };
    rows.sort_by(|&x, &y| a.exposure[y].linked(0).total_cmp(&a.exposure[x].linked(0)).then(x.cmp(&y)));
    rows.dedup();
    let (listed, detailed) = if chosen.is_empty() { (LISTED, DETAILED) } else { (rows.len(), rows.len()) };
    let more = rows.len().saturating_sub(listed);
    rows.truncate(listed);
    (rows.into_iter().enumerate().map(|(k, r)| (r, buyer::buyer(a, r, k < detailed))).collect(), more)
}

fn names(a: &Assessment<'_>, rows: &[usize]) -> Names {
    let (p, mut out) = (a.parameters, Names::default());
    let ur = |names: &BTreeMap<String, String>, id: &str| names.get(id).cloned().unwrap_or_default();
    // sectors and districts of agents and of the tier diagram may lie outside the scope: all of the packs'
    for s in &p.sectors {
        out.sectors.insert(s.id.clone(), Name { en: s.name.clone(), ur: ur(&p.reporting.sectors_ur, &s.id) });
    }
    let mut countries: BTreeSet<u16> = BTreeSet::new();
    for &row in rows {
        let site = &a.network.sites()[row];
        countries.insert(site.country);
        if let Some(d) = site.district.and_then(|d| p.districts.get(usize::from(d))) {
            out.districts.entry(d.id.clone()).or_insert_with(|| Name { en: d.name.clone(), ur: ur(&p.reporting.districts_ur, &d.id) });
        }
    }
    for d in a.network.agents().iter().filter_map(|x| p.districts.get(usize::from(x.district?))) {
        out.districts.entry(d.id.clone()).or_insert_with(|| Name { en: d.name.clone(), ur: ur(&p.reporting.districts_ur, &d.id) });
    }
    for c in countries {
        let country = &p.countries[usize::from(c)];
        out.countries.insert(country.iso3.clone(), country.name.clone());
    }
    out
}
