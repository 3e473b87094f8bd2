//! A scenario applied to a network.

use std::collections::BTreeSet;

use super::{Action, Effect};
use crate::assess::Assessment;
use crate::error::{Error, Result};
use crate::model::{Amount, Condition, Disclosure, Finding, Link, LinkKind, Modelled, Network, NetworkParts, Share, Site};
use crate::network::shares::{LinkShares, purchase_shares};
use crate::network::untraced::recipe_shares;
use crate::parameters::sector_weights;

/// Purchases below this part are rounding.
const ROUNDING: f64 = 1e-12;

/// A network as a scenario makes it.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The network.
    pub network: Network,
    /// Subcontracting depth by its sites: as before, for another buyer does not change a place; unknown for typical suppliers.
    pub depth: Vec<Option<u32>>,
    /// Row of each site of the network before.
    pub row_of: Vec<u32>,
    /// What each action changed.
    pub effects: Vec<Effect>,
}

/// Applies the actions of a scenario one after another. Sorting, and linear in the network and what is changed.
///
/// # Errors
/// [`Error::Scenario`] with the number of the action; [`Error::BadShare`] and the like never, as shares stay what they add up to.
pub fn apply(a: &Assessment<'_>, actions: &[Action]) -> Result<Changed> {
    let mut draft =
        Draft { a, parts: a.network.parts(), purchases: purchase_shares(a.network, a.parameters)?, stated: BTreeSet::new(), number: 0 };
    let mut effects = Vec::with_capacity(actions.len());
    for (number, action) in actions.iter().enumerate() {
        draft.number = number + 1;
        effects.push(draft.take(*action)?);
    }
    let (network, order) = Network::ordered(draft.parts)?;
    let before = a.model.depth();
    let depth = order.iter().map(|&old| before.get(old as usize).copied().flatten()).collect();
    let mut row_of = vec![0; before.len()];
    for (new, &old) in order.iter().enumerate() {
        if let Some(row) = row_of.get_mut(old as usize) {
            *row = new as u32;
        }
    }
    Ok(Changed { network, depth, row_of, effects })
}

struct Draft<'a> {
    a: &'a Assessment<'a>,
    parts: NetworkParts,
    /// Shares of purchases as they were.
    purchases: LinkShares,
    /// Buyers whose links state their shares.
    stated: BTreeSet<usize>,
    /// Number of the action.
    number: usize,
}

impl Draft<'_> {
    fn take(&mut self, action: Action) -> Result<Effect> {
        let (sites, agents) = (self.a.network.sites().len(), self.a.network.agents().len());
        let known: &[usize] = match &action {
            Action::Remediate { site } | Action::Formalise { site } => &[*site],
            Action::Disclose { buyer } => &[*buyer],
            Action::Move { buyer, from, to, .. } => &[*buyer, *from, *to],
            Action::Drop { supplier, buyer } => &[*supplier, *buyer],
            Action::EndAdvanceDebt { agent } if *agent >= agents => {
                return Err(self.bad(format!("agent {agent} of {agents}"), "one of the network's"));
            }
            Action::EndAdvanceDebt { .. } => &[],
        };
        if let Some(site) = known.iter().find(|&&site| site >= sites) {
            return Err(self.bad(format!("site {site} of {sites}"), "one of the network's"));
        }
        match action {
            Action::Remediate { site } => Ok(self.remediate(site)),
            Action::Disclose { buyer } => Ok(self.disclose(buyer)),
            Action::Move { buyer, from, to, share } => self.relocate(buyer, from, Some(to), share),
            Action::Drop { supplier, buyer } => self.relocate(buyer, supplier, None, 1.0),
            Action::Formalise { site } => Ok(self.formalise(site)),
            Action::EndAdvanceDebt { agent } => self.end_debt(agent),
        }
    }

    fn bad(&self, found: String, expected: &'static str) -> Error {
        Error::Scenario { action: self.number, found, expected }
    }

    fn remediate(&mut self, site: usize) -> Effect {
        let today = self.a.network.as_of();
        let rows = self.a.network.evidence_of(site);
        let open = rows.filter(|&row| self.a.weighed[row].remediation_weight >= 1.0);
        let mut items = 0;
        for row in open {
            let item = &mut self.parts.evidence[row];
            if item.finding == Finding::Found && item.remediated_on != Some(today) {
                item.remediated_on = Some(today);
                items += 1;
            }
        }
        Effect::Remediated { site, items }
    }

    /// States the shares of a buyer's links, so that a change of one leaves the others; these are the rows of its links.
    fn state(&mut self, buyer: usize) -> Vec<usize> {
        let own = self.a.network.links_of(buyer);
        if self.stated.insert(buyer) {
            for row in own.clone() {
                if self.parts.links[row].amount != Amount::Elsewhere {
                    self.parts.links[row].amount = Amount::Share(self.purchases.share[row]);
                }
            }
        }
        let added = self.a.network.links().len()..self.parts.links.len();
        own.chain(added.filter(|&row| self.parts.links[row].buyer as usize == buyer)).collect()
    }

    fn share(&self, row: usize) -> f64 {
        if let Amount::Share(share) = self.parts.links[row].amount { share } else { 0.0 }
    }

    fn relocate(&mut self, buyer: usize, from: usize, to: Option<usize>, share: f64) -> Result<Effect> {
        let id = |site: usize| self.a.network.site_id(site);
        if !(0.0..=1.0).contains(&share) {
            return Err(self.bad(format!("a share of {share} of what `{}` buys from `{}`", id(buyer), id(from)), "0 to 1"));
        }
        if to == Some(from) {
            return Err(self.bad(format!("purchases of `{}` moved from `{}` to itself", id(buyer), id(from)), "two suppliers"));
        }
        if self.parts.sites[from].modelled.is_some() {
            return Err(self.bad(format!("`{}` is modelled", id(from)), "a supplier that somebody named"));
        }
        let rows = self.state(buyer);
        let rows: Vec<usize> =
            rows.into_iter().filter(|&row| self.parts.links[row].supplier as usize == from && self.share(row) > 0.0).collect();
        if rows.is_empty() {
            return Err(self.bad(format!("`{}` buys nothing from `{}`", id(buyer), id(from)), "a link with a share"));
        }
        let mut moved = 0.0;
        for row in rows {
            let part = share * self.share(row);
            moved += part;
            // the link stays, without a share: who may work for whom does not change what a place is
            self.parts.links[row].amount = Amount::Share(self.share(row) - part);
            if let Some(to) = to.filter(|_| part > 0.0) {
                let link = Link { supplier: to as u32, amount: Amount::Share(part), sales_share: None, ..self.parts.links[row] };
                self.parts.links.push(link);
            }
        }
        Ok(Effect::Moved { buyer, from, to, share: moved })
    }

    fn disclose(&mut self, buyer: usize) -> Effect {
        let rows = self.state(buyer);
        let left = (1.0 - rows.iter().map(|&row| self.share(row)).sum::<f64>()).max(0.0);
        let (parameters, site) = (self.a.parameters, &self.parts.sites[buyer]);
        let country = self.a.untraced.country_of(site);
        let recipe = recipe_shares(parameters, country, usize::from(site.sector));
        if left <= ROUNDING {
            return Effect::Disclosed { buyer, share: 0.0, sectors: 0 };
        }
        let sectors = recipe.iter().filter(|(_, share)| *share > 0.0).count();
        let open = (1.0 - recipe.iter().map(|(_, share)| share).sum::<f64>()).max(0.0);
        for (sector, share) in recipe {
            self.link_typical(buyer, sector, &Site::new(sector as u16, country), left * share);
        }
        // what no recipe names is the own work of any sector, by its employed (4.2)
        for (sector, weight) in sector_weights(parameters).into_iter().enumerate() {
            let own_work = Site { input_share: Share::new(0.0), ..Site::new(sector as u16, country) };
            self.link_typical(buyer, sector, &own_work, left * open * weight);
        }
        Effect::Disclosed { buyer, share: left, sectors }
    }

    /// Lets a buyer buy from a modelled site.
    fn link_typical(&mut self, buyer: usize, sector: usize, site: &Site, share: f64) {
        if share <= 0.0 {
            return;
        }
        let sector_id = &self.a.parameters.sectors[sector].id;
        let mut id = format!("{}~{sector_id}", self.a.network.site_id(buyer));
        // an id that a user or an action before has taken
        let named = self.a.network.sites().len();
        while self.a.network.find_site(&id).is_some() || (named..self.parts.sites.len()).any(|row| self.parts.site_ids.get(row) == id) {
            id.push('~');
        }
        self.parts.site_ids.push(&id);
        self.parts.site_names.push(&format!("modelled: typical suppliers of {sector_id}"));
        self.parts.links.push(Link {
            supplier: self.parts.sites.len() as u32,
            buyer: buyer as u32,
            kind: LinkKind::Purchase,
            disclosure: Disclosure::Inferred,
            amount: Amount::Share(share),
            sales_share: None,
            product: None,
        });
        self.parts.sites.push(Site { modelled: Some(Modelled::TypicalSupplier), ..*site });
    }

    fn formalise(&mut self, site: usize) -> Effect {
        let conditions = &mut self.parts.sites[site].conditions;
        let mut changed = 0;
        for condition in [Condition::Unregistered, Condition::HomeBased] {
            changed += usize::from(conditions.get(condition) != Some(false));
            conditions.set(condition, Some(false));
        }
        Effect::Formalised { site, conditions: changed }
    }

    fn end_debt(&mut self, agent: usize) -> Result<Effect> {
        let mut sites = Vec::new();
        for link in self.parts.agent_links.iter_mut().filter(|l| l.agent as usize == agent && l.advance_debt == Some(true)) {
            link.advance_debt = Some(false);
            sites.push(link.site);
        }
        if sites.is_empty() {
            let id = &self.a.network.agents()[agent].id;
            return Err(self.bad(format!("agent `{id}` gives no advances"), "an agent with advance_debt yes in agent_links"));
        }
        for &site in &sites {
            let others = self.parts.agent_links.iter().any(|l| l.site == site && l.advance_debt == Some(true));
            let conditions = &mut self.parts.sites[site as usize].conditions;
            if !others && conditions.get(Condition::AdvanceDebt) == Some(true) {
                conditions.set(Condition::AdvanceDebt, None);
            }
        }
        Ok(Effect::DebtEnded { agent, sites: sites.len() })
    }
}
