//! A network, built by ids.

use super::{AS_OF, PAK};
use std::collections::BTreeMap;
use tierlight_core::model::{
    Agent, AgentKind, AgentLink, Amount, Disclosure, Evidence, Finding, Hazard, Link, LinkKind, Method, Network, NetworkParts, Probability,
    Share, Site,
};

/// Collects a network by ids.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) parts: NetworkParts,
    rows: BTreeMap<String, u32>,
}

impl Draft {
    pub(crate) fn new() -> Self {
        Self { parts: NetworkParts::new(AS_OF), rows: BTreeMap::new() }
    }

    /// A site in Pakistan of which only the sector is known, to be filled by the caller.
    pub(crate) fn site(&mut self, id: &str, sector: u16) -> &mut Site {
        let row = self.parts.site_ids.push(id);
        self.parts.site_names.push(id);
        self.rows.insert(id.to_owned(), row as u32);
        self.parts.sites.push(Site::new(sector, PAK));
        &mut self.parts.sites[row]
    }

    /// A site with stated input share and measured prevalence.
    pub(crate) fn measured(&mut self, id: &str, sector: u16, input_share: f64, prevalence: f64) -> &mut Site {
        let site = self.site(id, sector);
        site.input_share = Share::new(input_share);
        site.measured_prevalence = Probability::new(prevalence);
        site.workers = Some(40.0);
        site
    }

    pub(crate) fn row(&self, id: &str) -> u32 {
        self.rows[id]
    }

    pub(crate) fn link(&mut self, supplier: &str, buyer: &str, amount: Amount) -> &mut Link {
        self.link_rows(self.row(supplier), self.row(buyer), amount)
    }

    pub(crate) fn link_rows(&mut self, supplier: u32, buyer: u32, amount: Amount) -> &mut Link {
        self.parts.links.push(Link {
            supplier,
            buyer,
            kind: LinkKind::Purchase,
            disclosure: Disclosure::Declared,
            amount,
            sales_share: None,
            product: None,
        });
        self.parts.links.last_mut().unwrap()
    }

    pub(crate) fn share(&mut self, supplier: &str, buyer: &str, share: f64) -> &mut Link {
        self.link(supplier, buyer, Amount::Share(share))
    }

    /// An item dated `AS_OF`, with the next free id.
    pub(crate) fn evidence(&mut self, site: &str, method: Method, finding: Finding, hazard: Hazard) -> &mut Evidence {
        let item = item(self.parts.evidence.len(), self.row(site), method, finding, hazard);
        self.parts.evidence.push(item);
        self.parts.evidence.last_mut().unwrap()
    }

    pub(crate) fn agent(&mut self, id: &str, kind: Option<AgentKind>, sites: &[&str]) {
        let agent = self.parts.agents.len() as u32;
        self.parts.agents.push(Agent { id: id.to_owned(), kind, country: None, district: None });
        for site in sites {
            self.parts.agent_links.push(AgentLink { agent, site: self.row(site), workers: None, advance_debt: None });
        }
    }

    pub(crate) fn network(&self) -> Network {
        Network::new(self.parts.clone()).unwrap()
    }
}

pub(crate) fn item(number: usize, site: u32, method: Method, finding: Finding, hazard: Hazard) -> Evidence {
    Evidence {
        id: format!("e{number:04}"),
        site,
        date: AS_OF,
        method,
        finding,
        hazard,
        form: None,
        girls: None,
        boys: None,
        supplier_paid: None,
        returning_team: None,
        all_male_team: None,
        children_interviewed: None,
        off_site: None,
        case_id: None,
        remediated_on: None,
        source: None,
    }
}
