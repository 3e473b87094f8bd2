//! The network: column tables in a fixed order, and its petgraph view.

use jiff::civil::Date;
use petgraph::graph::{DiGraph, NodeIndex};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Agent, AgentLink, Amount, Evidence, Link, Names, Order, Site};
use crate::error::{Error, Result};

/// Row of a site: byte order of its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct SiteIx(pub u32);

/// Row of a link: sorted by buyer, supplier, amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct LinkIx(pub u32);

/// The tables of a network in any order, as a reader collects them.
#[derive(Debug, Clone)]
pub struct NetworkParts {
    /// The day on which the network is looked at.
    pub as_of: Date,
    /// Site ids, one per site.
    pub site_ids: Names,
    /// Site names, one per site, empty when unknown.
    pub site_names: Names,
    /// Sites.
    pub sites: Vec<Site>,
    /// Links between rows of `sites`.
    pub links: Vec<Link>,
    /// Product names that links point to.
    pub products: Names,
    /// Agents.
    pub agents: Vec<Agent>,
    /// Which agent works for which site.
    pub agent_links: Vec<AgentLink>,
    /// Evidence.
    pub evidence: Vec<Evidence>,
    /// Orders.
    pub orders: Vec<Order>,
}

impl NetworkParts {
    /// Empty tables.
    #[must_use]
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            site_ids: Names::new(),
            site_names: Names::new(),
            sites: Vec::new(),
            links: Vec::new(),
            products: Names::new(),
            agents: Vec::new(),
            agent_links: Vec::new(),
            evidence: Vec::new(),
            orders: Vec::new(),
        }
    }
}

/// A supply network. Tables are in a canonical order, so the order of the input changes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Network {
    as_of: Date,
    site_ids: Names,
    site_names: Names,
    sites: Vec<Site>,
    links: Vec<Link>,
    products: Names,
    agents: Vec<Agent>,
    agent_links: Vec<AgentLink>,
    evidence: Vec<Evidence>,
    orders: Vec<Order>,
}

impl Network {
    /// Puts the tables into canonical order.
    ///
    /// # Errors
    /// [`Error::DanglingSite`] when a row points past the sites, [`Error::DuplicateSite`] when two share an id.
    ///
    /// Cost: sorting, `O(n log n + m log m)`.
    pub fn new(parts: NetworkParts) -> Result<Self> {
        Ok(Self::ordered(parts)?.0)
    }

    /// As [`Network::new`], with the row that each site had among the parts.
    ///
    /// # Errors
    /// As [`Network::new`].
    pub fn ordered(parts: NetworkParts) -> Result<(Self, Vec<u32>)> {
        let NetworkParts { as_of, site_ids, site_names, sites, mut links, products, mut agents, mut agent_links, mut evidence, mut orders } =
            parts;
        let n = sites.len();
        let in_range = |table, row, site: u32| {
            if (site as usize) < n { Ok(()) } else { Err(Error::DanglingSite { table, row, site: site as usize, sites: n }) }
        };
        for (row, link) in links.iter().enumerate() {
            in_range("links", row, link.supplier)?;
            in_range("links", row, link.buyer)?;
        }
        for (row, link) in agent_links.iter().enumerate() {
            in_range("agent_links", row, link.site)?;
        }
        for (row, item) in evidence.iter().enumerate() {
            in_range("evidence", row, item.site)?;
        }
        for (row, order) in orders.iter().enumerate() {
            in_range("orders", row, order.site)?;
            order.buyer.map_or(Ok(()), |buyer| in_range("orders", row, buyer))?;
        }

        let order = site_ids.sorted_rows();
        for pair in order.windows(2) {
            if site_ids.get(pair[0] as usize) == site_ids.get(pair[1] as usize) {
                return Err(Error::DuplicateSite { id: site_ids.get(pair[0] as usize).to_owned() });
            }
        }
        let mut new_row = vec![0u32; n];
        for (new, &old) in order.iter().enumerate() {
            new_row[old as usize] = new as u32;
        }
        let already_sorted = order.iter().enumerate().all(|(new, &old)| new as u32 == old);
        let (site_ids, site_names, sites) = if already_sorted {
            (site_ids, site_names, sites)
        } else {
            let ids = || site_ids.reordered(&order);
            let sites = || order.par_iter().map(|&old| sites[old as usize].clone()).collect();
            let (ids, (names, sites)) = rayon::join(ids, || rayon::join(|| site_names.reordered(&order), sites));
            (ids, names, sites)
        };
        let (products, new_product) = canonical(&products);
        links.par_iter_mut().for_each(|link| {
            link.product = link.product.and_then(|p| new_product.get(p as usize).copied());
            link.supplier = new_row[link.supplier as usize];
            link.buyer = new_row[link.buyer as usize];
        });
        // every field is a key, so that equal links are interchangeable and the order does not depend on threads
        links.par_sort_unstable_by(|a, b| {
            (a.buyer, a.supplier, a.kind as u8)
                .cmp(&(b.buyer, b.supplier, b.kind as u8))
                .then_with(|| amount_key(a.amount).0.cmp(&amount_key(b.amount).0))
                .then_with(|| amount_key(a.amount).1.total_cmp(&amount_key(b.amount).1))
                .then_with(|| a.product.cmp(&b.product))
                .then_with(|| (a.disclosure as u8).cmp(&(b.disclosure as u8)))
                .then_with(|| a.sales_share.map(f32::to_bits).cmp(&b.sales_share.map(f32::to_bits)))
        });

        let mut agent_order: Vec<u32> = (0..agents.len() as u32).collect();
        agent_order.sort_by(|&a, &b| agents[a as usize].id.cmp(&agents[b as usize].id));
        let mut new_agent = vec![0u32; agents.len()];
        for (new, &old) in agent_order.iter().enumerate() {
            new_agent[old as usize] = new as u32;
        }
        agents.sort_by(|a, b| a.id.cmp(&b.id));
        for link in &mut agent_links {
            link.site = new_row[link.site as usize];
            link.agent = new_agent.get(link.agent as usize).copied().unwrap_or(link.agent);
        }
        agent_links.sort_by_key(|l| (l.agent, l.site, l.workers.map(f64::to_bits), l.advance_debt));
        for item in &mut evidence {
            item.site = new_row[item.site as usize];
        }
        evidence.sort_by(|a, b| evidence_key(a).cmp(&evidence_key(b)).then_with(|| evidence_detail(a).cmp(&evidence_detail(b))));
        for o in &mut orders {
            o.site = new_row[o.site as usize];
            o.buyer = o.buyer.map(|buyer| new_row[buyer as usize]);
        }
        orders.sort_by(|a, b| order_key(a).cmp(&order_key(b)).then_with(|| order_detail(a).cmp(&order_detail(b))));
        Ok((Self { as_of, site_ids, site_names, sites, links, products, agents, agent_links, evidence, orders }, order))
    }

    /// The tables again, in canonical order, to be changed.
    #[must_use]
    pub fn parts(&self) -> NetworkParts {
        NetworkParts {
            as_of: self.as_of,
            site_ids: self.site_ids.clone(),
            site_names: self.site_names.clone(),
            sites: self.sites.clone(),
            links: self.links.clone(),
            products: self.products.clone(),
            agents: self.agents.clone(),
            agent_links: self.agent_links.clone(),
            evidence: self.evidence.clone(),
            orders: self.orders.clone(),
        }
    }

    /// The network with rows of sectors, countries and districts renamed, to assess it with other parameters; `None` when one of
    /// its sectors or countries has no new row. Districts without one become unknown.
    #[must_use]
    pub fn with_rows(
        &self,
        sector: impl Fn(u16) -> Option<u16>,
        country: impl Fn(u16) -> Option<u16>,
        district: impl Fn(u16) -> Option<u16>,
    ) -> Option<Self> {
        let mut out = self.clone();
        for site in &mut out.sites {
            site.sector = sector(site.sector)?;
            site.country = country(site.country)?;
            site.district = site.district.and_then(&district);
        }
        for agent in &mut out.agents {
            agent.country = agent.country.and_then(&country);
            agent.district = agent.district.and_then(&district);
        }
        Some(out)
    }

    /// The day on which the network is looked at.
    #[must_use]
    pub fn as_of(&self) -> Date {
        self.as_of
    }

    /// Sites in byte order of their ids.
    #[must_use]
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Id of a site.
    #[must_use]
    #[inline]
    pub fn site_id(&self, site: usize) -> &str {
        self.site_ids.get(site)
    }

    /// Name of a site, empty when unknown.
    #[must_use]
    #[inline]
    pub fn site_name(&self, site: usize) -> &str {
        self.site_names.get(site)
    }

    /// Row of a site id.
    #[must_use]
    pub fn find_site(&self, id: &str) -> Option<usize> {
        self.site_ids.binary_search(id)
    }

    /// Links sorted by buyer, supplier, amount.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// Product names.
    #[must_use]
    pub fn products(&self) -> &Names {
        &self.products
    }

    /// Agents in byte order of their ids.
    #[must_use]
    pub fn agents(&self) -> &[Agent] {
        &self.agents
    }

    /// Agent links sorted by agent and site.
    #[must_use]
    pub fn agent_links(&self) -> &[AgentLink] {
        &self.agent_links
    }

    /// Evidence sorted by site, date and id.
    #[must_use]
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// Orders sorted by site, date and id.
    #[must_use]
    pub fn orders(&self) -> &[Order] {
        &self.orders
    }

    /// Rows of a site's evidence.
    #[must_use]
    pub fn evidence_of(&self, site: usize) -> std::ops::Range<usize> {
        let start = self.evidence.partition_point(|e| (e.site as usize) < site);
        start..start + self.evidence[start..].partition_point(|e| e.site as usize == site)
    }

    /// Rows of a buyer's links.
    #[must_use]
    pub fn links_of(&self, buyer: usize) -> std::ops::Range<usize> {
        let start = self.links.partition_point(|l| (l.buyer as usize) < buyer);
        start..start + self.links[start..].partition_point(|l| l.buyer as usize == buyer)
    }

    /// The network as a petgraph graph, edges from supplier to buyer, for algorithms of that library.
    /// Weights are rows, so that 10,000,000 sites and 48,000,000 links cost about 1 GB.
    #[must_use]
    pub fn graph(&self) -> DiGraph<SiteIx, LinkIx> {
        let mut graph = DiGraph::with_capacity(self.sites.len(), self.links.len());
        for site in 0..self.sites.len() as u32 {
            graph.add_node(SiteIx(site));
        }
        for (row, link) in self.links.iter().enumerate() {
            graph.add_edge(NodeIndex::new(link.supplier as usize), NodeIndex::new(link.buyer as usize), LinkIx(row as u32));
        }
        graph
    }
}

/// Names in byte order, each once, and the new row of each old one.
fn canonical(names: &Names) -> (Names, Vec<u32>) {
    let mut sorted = Names::new();
    let mut new_row = vec![0u32; names.len()];
    let mut last = None;
    for old in names.sorted_rows() {
        let name = names.get(old as usize);
        if last != Some(name) {
            sorted.push(name);
            last = Some(name);
        }
        new_row[old as usize] = sorted.len() as u32 - 1;
    }
    (sorted, new_row)
}

fn amount_key(amount: Amount) -> (u8, f64) {
    match amount {
        Amount::Share(x) => (0, x),
        Amount::Value(x) => (1, x),
        Amount::Quantity(x) => (2, x),
        Amount::Unstated => (3, 0.0),
        Amount::Elsewhere => (4, 0.0),
    }
}

/// Site, date and id; the rest settles items whose id is missing or repeated.
fn evidence_key(e: &Evidence) -> impl Ord + '_ {
    (e.site, e.date, &e.id, e.method.slug(), e.finding, e.hazard, e.girls, e.boys, &e.case_id, e.remediated_on)
}

fn evidence_detail(e: &Evidence) -> impl Ord + '_ {
    (e.supplier_paid, e.returning_team, e.all_male_team, e.children_interviewed, e.off_site, &e.form, &e.source)
}

/// Site, date and id; the rest settles orders whose id is missing or repeated.
fn order_key(o: &Order) -> impl Ord + '_ {
    (o.site, o.date, &o.id, o.buyer, &o.product, &o.unit, &o.currency, o.in_unit_of_capacity, o.made_elsewhere)
}

fn order_detail(o: &Order) -> impl Ord + use<> {
    [o.quantity, o.price, o.lead_days].map(|x| x.map(f64::to_bits))
}
