//! Rows of lists.

use serde::Serialize;
use tierlight_core::draws::Quantiles;
use tierlight_core::model::Modelled;

use super::Opened;
use super::packed::NO_TIER;

/// A number for each hazard.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ByHazard<T> {
    /// Child labour.
    pub child_labour: T,
    /// Hazardous work.
    pub hazardous: T,
    /// Forced labour.
    pub forced: T,
}

impl<T: Copy> From<[T; 3]> for ByHazard<T> {
    fn from([child_labour, hazardous, forced]: [T; 3]) -> Self {
        Self { child_labour, hazardous, forced }
    }
}

/// Mean and 5, 50 and 95 % points over the draws.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Quantile {
    /// Mean.
    pub mean: f32,
    /// 5 % point.
    pub p05: f32,
    /// Median.
    pub p50: f32,
    /// 95 % point.
    pub p95: f32,
}

impl From<Quantiles> for Quantile {
    fn from(q: Quantiles) -> Self {
        Self { mean: q.mean, p05: q.p05, p50: q.p50, p95: q.p95 }
    }
}

fn quantiles(values: &[Quantiles; 3]) -> ByHazard<Quantile> {
    values.map(Quantile::from).into()
}

/// A site of a run.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SiteItem {
    /// Id.
    pub site_id: String,
    /// Name; empty when unknown.
    pub name: String,
    /// Role in the chain.
    pub role: &'static str,
    /// Slug of the sector.
    pub sector: String,
    /// ISO 3166 alpha-3 code.
    pub country: String,
    /// Province or territory; empty when unknown.
    pub province: String,
    /// Code of the district; empty when unknown.
    pub district_id: String,
    /// Name of the district; empty when unknown.
    pub district: String,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// Fewest links from a final buyer; null when no chain comes to it.
    pub tier: Option<u32>,
    /// People who work there.
    pub workers: f64,
    /// The workforce is assumed.
    pub workers_assumed: bool,
    /// Rank by priority; 1 is looked at first.
    pub priority_rank: u32,
    /// First rank that the draws do not tell its own apart from.
    pub tied_from_rank: Option<u32>,
    /// Share of draws in which it is among the first by priority.
    pub top_probability: Option<f32>,
    /// Worst hazard on record, 0 to 3.
    pub recorded_class: u8,
    /// Severity, given that children are present.
    pub severity: f64,
    /// Word for presence.
    pub band: String,
    /// Share of the workforce that are children in the hazard.
    pub prevalence: ByHazard<f64>,
    /// Probability that at least one child in the hazard works there.
    pub presence: ByHazard<f64>,
    /// Its interval.
    pub presence_interval: Option<ByHazard<Quantile>>,
    /// Expected children in the hazard.
    pub expected_children: ByHazard<f64>,
    /// Its interval.
    pub expected_children_interval: Option<ByHazard<Quantile>>,
    /// Girls among them.
    pub girls_share: f64,
    /// Expected prevalence where a random rupee of its product's value was added.
    pub linked_share: ByHazard<f64>,
    /// Its interval.
    pub linked_share_interval: Option<ByHazard<Quantile>>,
    /// Of it, in purchases whose origin nobody has named.
    pub linked_share_untraced: ByHazard<f64>,
    /// The same weighted by labour.
    pub linked_labour_share: ByHazard<f64>,
    /// Probability that the walk up its chain ends at a known site.
    pub traced_share: f64,
    /// Expected number of links walked up.
    pub mean_tier: f64,
    /// Fewest subcontract or homework links from a directly purchased order.
    pub subcontracting_depth: Option<u32>,
    /// Share of all final buyers' value that passes through it.
    pub throughput: f64,
    /// Distinct sites upstream.
    pub upstream_sites: Option<u32>,
    /// Probability that at least one site upstream, itself included, has child labour.
    pub any_site_probability: Option<f64>,
    /// Expected number of such sites.
    pub expected_sites: Option<f64>,
    /// Children expected upstream.
    pub upstream_children: Option<f64>,
    /// Why it is in the network although nobody named it.
    pub modelled: Option<&'static str>,
}

impl SiteItem {
    pub(super) fn new(run: &Opened, row: usize) -> Self {
        let a = run.assessment();
        let (p, site, u, e) = (a.parameters, &a.network.sites()[row], &a.updated[row], &a.exposure[row]);
        let district = site.district.and_then(|d| p.districts.get(usize::from(d)));
        let drawn = run.columns.drawn.get(row);
        let upstream = run.columns.upstream.get(row).copied().flatten();
        Self {
            site_id: a.network.site_id(row).to_owned(),
            name: a.network.site_name(row).to_owned(),
            role: site.role.slug(),
            sector: p.sectors[usize::from(site.sector)].id.clone(),
            country: p.countries[usize::from(site.country)].iso3.clone(),
            province: district.map_or_else(String::new, |d| d.province.clone()),
            district_id: district.map_or_else(String::new, |d| d.id.clone()),
            district: district.map_or_else(String::new, |d| d.name.clone()),
            latitude: site.coordinates.map(|c| c.latitude),
            longitude: site.coordinates.map(|c| c.longitude),
            tier: Some(run.packed.tier[row]).filter(|t| *t != NO_TIER),
            workers: u.workers,
            workers_assumed: a.inherent[row].workers_assumed,
            priority_rank: a.priority[row].rank,
            tied_from_rank: drawn.map(|d| d.tied_from).filter(|rank| *rank > 0),
            top_probability: drawn.map(|d| d.top),
            recorded_class: a.priority[row].class.number(),
            severity: a.priority[row].severity,
            band: p.band(u.presence[0]).to_owned(),
            prevalence: u.prevalence.into(),
            presence: u.presence.into(),
            presence_interval: drawn.map(|d| quantiles(&d.intervals.presence)),
            expected_children: u.expected.into(),
            expected_children_interval: drawn.map(|d| quantiles(&d.intervals.expected_children)),
            girls_share: u.girls_share,
            linked_share: [e.linked(0), e.linked(1), e.linked(2)].into(),
            linked_share_interval: drawn.map(|d| quantiles(&d.intervals.linked_share)),
            linked_share_untraced: [e.linked_untraced(0), e.linked_untraced(1), e.linked_untraced(2)].into(),
            linked_labour_share: e.labour.into(),
            traced_share: e.traced_share,
            mean_tier: e.mean_tier,
            subcontracting_depth: a.model.depth()[row],
            throughput: a.throughput[row],
            upstream_sites: upstream.map(|x| x.sites),
            any_site_probability: upstream.map(|x| x.any_site_probability),
            expected_sites: upstream.map(|x| x.expected_sites),
            upstream_children: upstream.map(|x| x.girls + x.boys),
            modelled: site.modelled.map(Modelled::slug),
        }
    }
}

/// A supply link of a run.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct LinkItem {
    /// Sending end.
    pub supplier_id: String,
    /// Receiving end.
    pub buyer_id: String,
    /// What passes.
    pub kind: &'static str,
    /// Product; empty when unknown.
    pub product: String,
    /// How it is known.
    pub disclosure: &'static str,
    /// Share of the buyer's purchases.
    pub share: f64,
    /// The share is assumed.
    pub share_assumed: bool,
    /// Share of the supplier's sales.
    pub sales_share: Option<f32>,
}

impl LinkItem {
    pub(super) fn new(run: &Opened, row: usize) -> Self {
        let a = run.assessment();
        let link = &a.network.links()[row];
        Self {
            supplier_id: a.network.site_id(link.supplier as usize).to_owned(),
            buyer_id: a.network.site_id(link.buyer as usize).to_owned(),
            kind: link.kind.slug(),
            product: link.product.map_or_else(String::new, |p| a.network.products().get(p as usize).to_owned()),
            disclosure: link.disclosure.slug(),
            share: a.shares.share[row],
            share_assumed: a.shares.assumed[row],
            sales_share: link.sales_share,
        }
    }
}

/// An agent of a run.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct AgentItem {
    /// Code.
    pub agent_id: String,
    /// What the agent does; null when unknown.
    pub kind: Option<&'static str>,
    /// ISO 3166 alpha-3 code; empty when unknown.
    pub country: String,
    /// Code of the district; empty when unknown.
    pub district_id: String,
    /// Name of the district; empty when unknown.
    pub district: String,
    /// Sites that the agent brings people or work to.
    pub sites: u32,
    /// Of them, with advances that bind workers.
    pub sites_with_advances: u32,
    /// Share of all final buyers' value that passes through these sites.
    pub throughput: f64,
}
