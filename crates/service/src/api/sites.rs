//! Sites, buyers, links and agents of a run; search.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use tierlight_answers::opened::{AgentFilter, AgentItem, Hit, LinkFilter, LinkItem, Page, SiteFilter, SiteItem, SortBy, Wanted};
use tierlight_store::RunId;
use utoipa::IntoParams;

use super::page::items;
use super::runs::RunPath;
use crate::access::Allowed;
use crate::access::permission::ReadRuns;
use crate::options::HazardWord;
use crate::problem::Answer;
use crate::problem::Problem;
use crate::problem::table::INVALID;
use crate::reply::Encoded;
use crate::routes::Routes;
use crate::state::State;
use crate::{audit, reading, reply};

/// Adds the routes.
pub fn routes(routes: Routes) -> Routes {
    routes
        .add(__path_list_sites, list_sites)
        .add(__path_get_site, get_site)
        .add(__path_list_buyers, list_buyers)
        .add(__path_list_links, list_links)
        .add(__path_list_agents, list_agents)
        .add(__path_search_sites, search_sites)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SitePath {
    /// Id of the run.
    #[param(value_type = String, example = "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1f")]
    pub(super) run: RunId,
    /// Id of the site, or a name that one site has; a slash is written %2F.
    #[param(example = "HC-11")]
    pub(super) site: String,
}

/// Which sites, in which order.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct SitesQuery {
    /// Country: ISO code or name.
    country: Option<String>,
    /// Province or territory.
    province: Option<String>,
    /// Code, name, spelling or Urdu name of a district.
    district: Option<String>,
    /// Slug or name of a sector.
    sector: Option<String>,
    /// Role in the chain: brand, exporter, factory, workshop, home_cluster, farm, kiln, mine, trader, other.
    role: Option<String>,
    /// Fewest links from a final buyer.
    #[param(maximum = 1_000_000)]
    tier: Option<u32>,
    /// Traced share of at least this.
    #[param(minimum = 0.0, maximum = 1.0)]
    traced_at_least: Option<f64>,
    /// Traced share of at most this.
    #[param(minimum = 0.0, maximum = 1.0)]
    traced_at_most: Option<f64>,
    /// Presence of the hazard of at least this.
    #[param(minimum = 0.0, maximum = 1.0)]
    presence_at_least: Option<f64>,
    /// Worst hazard on record of at least this class, 1 to 3.
    #[param(maximum = 3)]
    recorded_class_at_least: Option<u8>,
    /// Sites that this agent brings people or work to.
    agent: Option<String>,
    /// Modelled sites only, or none.
    modelled: Option<bool>,
    /// Part of an id or name, in either script.
    text: Option<String>,
    /// Hazard of presence and of columns to sort by.
    #[param(inline)]
    hazard: HazardWord,
    /// Column to sort by, `-` in front for the highest first: priority_rank (usual), site_id, name, severity, recorded_class, workers,
    /// traced_share, mean_tier, tier, throughput, subcontracting_depth, top_probability, any_site_probability, expected_sites,
    /// upstream_children, prevalence, presence, expected_children, linked_share, linked_share_traced, linked_share_untraced,
    /// linked_labour_share.
    #[param(example = "-presence")]
    sort: Option<String>,
    /// `next` of the page before, of the same filter and order.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

impl SitesQuery {
    fn filter(&self) -> SiteFilter {
        SiteFilter {
            country: self.country.clone(),
            province: self.province.clone(),
            district: self.district.clone(),
            sector: self.sector.clone(),
            role: self.role.clone(),
            tier: self.tier,
            traced_at_least: self.traced_at_least,
            traced_at_most: self.traced_at_most,
            presence_at_least: self.presence_at_least,
            recorded_class_at_least: self.recorded_class_at_least,
            agent: self.agent.clone(),
            modelled: self.modelled,
            text: self.text.clone(),
            ..SiteFilter::default()
        }
    }
}

/// Longest chain that is asked for.
const TIER: u32 = 1_000_000;
/// Highest class on record.
const CLASS: u8 = 3;

/// A page of sites; who saw which is noted.
async fn page_of_sites(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    id: &RunId,
    query: SitesQuery,
    filter: SiteFilter,
    usual: SortBy,
    request: HttpRequest,
) -> Answer {
    let limit = items(query.limit, state.limits())? as usize;
    let hazard = query.hazard.hazard();
    if query.tier.is_some_and(|t| t > TIER) || query.recorded_class_at_least.is_some_and(|c| c > CLASS) {
        return Err(Problem::new(INVALID, format!("tier is at most {TIER}, recorded_class_at_least at most {CLASS}")));
    }
    let sort = query.sort.as_deref().map(|text| SortBy::parse(text, hazard)).transpose()?.unwrap_or(usual);
    let run = reading::run(&state, &at.who, id).await?.in_full()?;
    let (ids, page) = reading::ask(&state.clone().into_inner(), &run, move |opened| {
        let wanted = Wanted::new(opened, filter, hazard)?;
        let page = opened.sites(&wanted, sort, query.cursor.as_deref(), limit)?;
        let ids: Vec<String> = page.items.iter().map(|s| s.site_id.clone()).collect();
        Ok((ids, Encoded::of(&page)?))
    })
    .await?;
    // one entry a page: the ids of what was on it
    audit::saw(&state, &run.organisation, &at.who, &request, "site.list", &run.id, ids).await?;
    Ok(page.response(&request))
}

/// Sites of a run: filtered, in an order, a page at a time.
#[utoipa::path(get, path = "/runs/{run}/sites", tag = "sites", params(RunPath, SitesQuery),
    responses((status = 200, description = "A page", body = Page<SiteItem>, example = json!({ "items": [{ "site_id": "HC-11", "priority_rank": 1 }], "next": null, "total": 1 }))))]
async fn list_sites(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    query: Query<SitesQuery>,
    request: HttpRequest,
) -> Answer {
    let query = query.into_inner();
    let filter = query.filter();
    page_of_sites(at, state, &path.run, query, filter, SortBy::default(), request).await
}

/// One site of a run, as lists show it.
#[utoipa::path(get, path = "/runs/{run}/sites/{site}", tag = "sites", params(SitePath),
    responses((status = 200, description = "The site", body = SiteItem, example = json!({ "site_id": "HC-11", "name": "Home cluster 11", "priority_rank": 1 }))))]
async fn get_site(at: Allowed<ReadRuns>, state: Data<State>, path: Path<SitePath>, request: HttpRequest) -> Answer {
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let wanted = path.site.clone();
    let site = reading::ask(&state.clone().into_inner(), &run, move |opened| Ok(opened.site(opened.find(&wanted)?))).await?;
    audit::saw(&state, &run.organisation, &at.who, &request, "site.get", &run.id, [site.site_id.as_str()]).await?;
    reply::json(&request, &site)
}

#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct BuyersQuery {
    /// All sites that buy, not only those at the end of the chain.
    all: bool,
    /// Country: ISO code or name.
    country: Option<String>,
    /// Slug or name of a sector.
    sector: Option<String>,
    /// Traced share of at most this.
    #[param(minimum = 0.0, maximum = 1.0)]
    traced_at_most: Option<f64>,
    /// Part of an id or name, in either script.
    text: Option<String>,
    /// Hazard of columns to sort by.
    #[param(inline)]
    hazard: HazardWord,
    /// As of sites; -linked_share unless stated.
    sort: Option<String>,
    /// `next` of the page before, of the same filter and order.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Buyers of a run: those at the end of the chain, or all, highest linked share first.
#[utoipa::path(get, path = "/runs/{run}/buyers", tag = "sites", params(RunPath, BuyersQuery),
    responses((status = 200, description = "A page", body = Page<SiteItem>, example = json!({ "items": [{ "site_id": "BR-01", "traced_share": 0.8 }], "next": null, "total": 1 }))))]
async fn list_buyers(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    query: Query<BuyersQuery>,
    request: HttpRequest,
) -> Answer {
    let q = query.into_inner();
    let filter = SiteFilter {
        country: q.country,
        sector: q.sector,
        traced_at_most: q.traced_at_most,
        text: q.text,
        buys: Some(true),
        final_buyers: !q.all,
        ..SiteFilter::default()
    };
    let usual = SortBy::linked_share(q.hazard.hazard());
    let query = SitesQuery { hazard: q.hazard, sort: q.sort, cursor: q.cursor, limit: q.limit, ..SitesQuery::default() };
    page_of_sites(at, state, &path.run, query, filter, usual, request).await
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct LinksQuery {
    /// Site at the receiving end.
    buyer: Option<String>,
    /// Site at the sending end.
    supplier: Option<String>,
    /// purchase, subcontract or homework.
    kind: Option<String>,
    /// verified, declared or inferred.
    disclosure: Option<String>,
    /// `next` of the page before, of the same filter.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Supply links of a run, in the order of buyers and suppliers.
#[utoipa::path(get, path = "/runs/{run}/links", tag = "sites", params(RunPath, LinksQuery),
    responses((status = 200, description = "A page", body = Page<LinkItem>, example = json!({ "items": [{ "supplier_id": "HC-11", "buyer_id": "EX-01", "kind": "homework",
        "product": "", "disclosure": "declared", "share": 0.2, "share_assumed": false, "sales_share": null }], "next": null, "total": null }))))]
async fn list_links(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    query: Query<LinksQuery>,
    request: HttpRequest,
) -> Answer {
    let limit = items(query.limit, state.limits())? as usize;
    let q = query.into_inner();
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let filter = LinkFilter { buyer: q.buyer, supplier: q.supplier, kind: q.kind, disclosure: q.disclosure };
    let cursor = q.cursor;
    let page = reading::ask(&state.clone().into_inner(), &run, move |opened| Ok(opened.links(&filter, cursor.as_deref(), limit)?)).await?;
    let ids = page.items.iter().flat_map(|l| [l.buyer_id.as_str(), l.supplier_id.as_str()]);
    audit::saw(&state, &run.organisation, &at.who, &request, "link.list", &run.id, ids).await?;
    reply::json(&request, &page)
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
struct AgentsQuery {
    /// recruiter, labour_contractor, middleman or transporter.
    kind: Option<String>,
    /// Country: ISO code or name.
    country: Option<String>,
    /// Code, name, spelling or Urdu name of a district.
    district: Option<String>,
    /// Beginning of the code.
    text: Option<String>,
    /// `next` of the page before, of the same filter.
    cursor: Option<String>,
    /// Items on the page; 50 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Agents of a run, most value in their hands first.
#[utoipa::path(get, path = "/runs/{run}/agents", tag = "sites", params(RunPath, AgentsQuery),
    responses((status = 200, description = "A page", body = Page<AgentItem>, example = json!({ "items": [{ "agent_id": "AG-05", "kind": "labour_contractor", "country": "PAK",
        "district_id": "", "district": "", "sites": 4, "sites_with_advances": 3, "throughput": 0.1 }], "next": null, "total": 1 }))))]
async fn list_agents(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    query: Query<AgentsQuery>,
    request: HttpRequest,
) -> Answer {
    let limit = items(query.limit, state.limits())? as usize;
    let q = query.into_inner();
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let filter = AgentFilter { kind: q.kind, country: q.country, district: q.district, text: q.text };
    let cursor = q.cursor;
    let page = reading::ask(&state.clone().into_inner(), &run, move |opened| Ok(opened.agents(&filter, cursor.as_deref(), limit)?)).await?;
    audit::note(&state, &run.organisation, &at.who, &request, "agent.list", [run.id.to_string()]).await?;
    reply::json(&request, &page)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// Part of an id or name, in Latin or Urdu letters.
    #[param(min_length = 1, max_length = 200, example = "sialkot")]
    text: String,
    /// Most sites; 20 unless stated, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// What a search found.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(example = json!({ "items": [{ "site_id": "HC-11", "name": "Home cluster 11", "sector": "footballs", "country": "PAK", "district": "Sialkot", "by": "name" }] }))]
struct Found {
    /// Sites, the best first.
    items: Vec<Hit>,
}

/// Longest text to search for.
const TEXT: usize = 200;
/// Sites found unless another number is asked for.
const FOUND: u32 = 20;

/// Sites of a run by part of an id or name: سیالکوٹ finds Sialkot, and Sialkot finds سیالکوٹ.
#[utoipa::path(get, path = "/runs/{run}/search", tag = "sites", params(RunPath, SearchQuery), responses((status = 200, description = "What was found", body = Found)))]
async fn search_sites(
    at: Allowed<ReadRuns>,
    state: Data<State>,
    path: Path<RunPath>,
    query: Query<SearchQuery>,
    request: HttpRequest,
) -> Answer {
    let limit = items(query.limit.or(Some(FOUND)), state.limits())? as usize;
    if query.text.trim().is_empty() || query.text.chars().count() > TEXT {
        return Err(Problem::new(INVALID, format!("text is blank or longer than {TEXT} letters")));
    }
    let run = reading::run(&state, &at.who, &path.run).await?.in_full()?;
    let text = query.into_inner().text;
    let items = reading::ask(&state.clone().into_inner(), &run, move |opened| Ok(opened.search(&text, limit))).await?;
    let ids = items.iter().map(|s| s.site_id.as_str());
    audit::saw(&state, &run.organisation, &at.who, &request, "site.search", &run.id, ids).await?;
    reply::json(&request, &Found { items })
}
