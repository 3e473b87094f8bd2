//! Sites of a report: who they are, in a table of all of them.

use schemars::JsonSchema;
use serde::Serialize;
use tierlight_core::Assessment;
use tierlight_core::decide::priority::RecordedClass;
use tierlight_core::model::{Condition, HAZARDS, Role};
use tierlight_core::risk::term::{Known, Term};

use super::number::{ByHazard, Children, Estimate};

/// A site as findings name it. In a public version homes and kilns have neither id nor name: only their kind of work and district.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct SiteRef {
    /// Id as the user wrote it; null when coarsened.
    pub id: Option<String>,
    /// Name as the user wrote it; empty when unknown or coarsened.
    pub name: String,
    /// What it is in the chain.
    pub role: String,
    /// Id of its sector.
    pub sector: String,
    /// Id of its district; null outside the reference data.
    pub district: Option<String>,
    /// Its country, ISO 3166-1 alpha-3.
    pub country: String,
    /// Home or kiln, work in homes, or modelled: told by district only in public.
    pub sheltered: bool,
}

impl SiteRef {
    /// Of a site's row.
    #[must_use]
    pub fn new(a: &Assessment<'_>, row: usize) -> Self {
        let site = &a.network.sites()[row];
        let p = a.parameters;
        let sector = &p.sectors[usize::from(site.sector)].id;
        Self {
            id: Some(a.network.site_id(row).to_owned()),
            name: a.network.site_name(row).to_owned(),
            role: site.role.slug().to_owned(),
            sector: sector.clone(),
            district: site.district.and_then(|d| p.districts.get(usize::from(d))).map(|d| d.id.clone()),
            country: p.countries[usize::from(site.country)].iso3.clone(),
            sheltered: matches!(site.role, Role::HomeCluster | Role::Kiln)
                || a.model.condition(row, Condition::HomeBased) == Some(true)
                || SHELTERED.contains(&sector.as_str())
                // its id would name the site whose orders it stands for
                || site.modelled.is_some(),
        }
    }

    /// The same without what tells it from others of its kind in its district.
    #[must_use]
    pub fn coarse(mut self) -> Self {
        if self.sheltered {
            (self.id, self.name) = (None, String::new());
        }
        self
    }
}

/// Sectors whose places of work are homes, or kilns where families live.
const SHELTERED: [&str; 4] = ["brick_kilns", "domestic_work", "embroidery", "home_stitching"];

/// A row of the table of all sites.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct SiteFinding {
    /// Who.
    pub site: SiteRef,
    /// How many sites the row stands for: more than one only in public, for homes and kilns of one district.
    pub sites: usize,
    /// Place in the order of priority; null in public.
    pub rank: Option<u32>,
    /// First rank of the sites that the draws do not tell apart; null where they do.
    pub tied_from: Option<u32>,
    /// Worst hazard on record: none, child_labour, hazardous, forced; null in public.
    pub recorded: Option<String>,
    /// Probability that at least one child works there; of a row for several sites the mean.
    pub presence: ByHazard<Estimate>,
    /// Expected children in child labour.
    pub children: Children,
    /// Expected children in forced or trafficked child labour.
    pub forced_children: Children,
    /// Workforce; null in public.
    pub workers: Option<f64>,
    /// The workforce is the sector's usual one.
    pub workers_assumed: bool,
    /// Share of all final buyers' value that passes through.
    pub throughput: f64,
    /// Band of presence, a word for reading only.
    pub band: String,
    /// Known terms that raise it most, largest first.
    pub reasons: Vec<String>,
    /// Likelihood ratio of its agents' record on forced labour; 1 says nothing; null in public.
    pub agent_ratio: Option<f64>,
    /// Items of evidence.
    pub evidence: usize,
    /// Date of the last of them; null without, and in public.
    pub last_evidence: Option<String>,
    /// Share of the log-odds on grades A and B.
    pub on_surveys: f64,
    /// Share of the conditions asked for that are unknown.
    pub unknown: f64,
    /// Grade of the base rate.
    pub grade: String,
    /// Sources of base rate and district rate.
    pub sources: Vec<String>,
}

/// Name of a recorded class.
pub(crate) fn class_slug(class: RecordedClass) -> &'static str {
    match class {
        RecordedClass::None => "none",
        RecordedClass::ChildLabour => "child_labour",
        RecordedClass::Hazardous => "hazardous",
        RecordedClass::Forced => "forced",
    }
}

/// Rows of the sites in scope, by rank.
pub(crate) fn sites(a: &Assessment<'_>, rows: &[usize]) -> Vec<SiteFinding> {
    let mut order = rows.to_vec();
    order.sort_by_key(|&r| (a.priority[r].rank, r));
    let mut items = vec![0usize; a.network.sites().len()];
    let mut last = vec![None; a.network.sites().len()];
    for item in a.network.evidence() {
        items[item.site as usize] += 1;
        let latest = &mut last[item.site as usize];
        *latest = (*latest).max(Some(item.date));
    }
    let uncertainty = a.uncertainty.as_ref();
    order
        .into_iter()
        .map(|r| {
            let (state, inherent) = (&a.updated[r], &a.inherent[r]);
            let drawn = uncertainty.map(|u| &u.sites[r]);
            let children = |h: usize| {
                let e = state.expected[h];
                Children::new(e * state.girls_share, e * (1.0 - state.girls_share), drawn.map(|d| &d.expected[h]))
            };
            let base = &a.parameters.bases[a.model.prior(r).levels.base_row];
            let district = a.network.sites()[r].district.and_then(|d| a.model.districts().estimate(usize::from(d)));
            let mut sources = vec![base.provenance.source.clone()];
            sources.extend(district.map(|d| d.provenance.source.clone()).filter(|s| !s.is_empty()));
            sources.dedup();
            SiteFinding {
                site: SiteRef::new(a, r),
                sites: 1,
                rank: Some(a.priority[r].rank),
                tied_from: uncertainty.and_then(|u| tied(u.tied_from[r], a.priority[r].rank)),
                recorded: Some(class_slug(a.priority[r].class).to_owned()),
                presence: ByHazard::of(|h| Estimate::new(state.presence[h], drawn.map(|d| &d.presence[h]))),
                children: children(0),
                forced_children: children(HAZARDS[2].index()),
                workers: Some(state.workers),
                workers_assumed: inherent.workers_assumed,
                throughput: a.throughput[r],
                band: a.parameters.band(state.presence[0]).to_owned(),
                reasons: reasons(a, r),
                agent_ratio: Some(a.agent_ratio[r]),
                evidence: items[r],
                last_evidence: last[r].map(|d| d.to_string()),
                on_surveys: inherent.footing.sourced,
                unknown: inherent.footing.unknown,
                grade: base.provenance.grade.letter().to_owned(),
                sources,
            }
        })
        .collect()
}

fn tied(from: u32, rank: u32) -> Option<u32> {
    (from > 0 && from != rank).then_some(from)
}

/// Smallest log-odds that is a reason.
const REASON: f64 = 0.05;
/// Most reasons of a site.
const REASONS: usize = 3;

fn reasons(a: &Assessment<'_>, row: usize) -> Vec<String> {
    let mut terms: Vec<(f64, &'static str)> = Vec::new();
    a.model.child_labour_terms(row, &mut |t| {
        let own = !matches!(t.term, Term::SectorBase | Term::Centring | Term::CountryLevel);
        if own && t.known != Known::Unknown && t.value > REASON {
            terms.push((t.value, t.term.slug()));
        }
    });
    terms.sort_by(|x, y| y.0.total_cmp(&x.0));
    terms.into_iter().take(REASONS).map(|(_, slug)| slug.to_owned()).collect()
}
