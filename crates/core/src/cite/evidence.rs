//! The numbers behind evidence, and behind the record of a site's agents.

use super::list::List;
use super::{Basis, PackRow, Part};
use crate::model::{AgentLink, Evidence, Finding};
use crate::parameters::Value;

impl<'a> List<'a> {
    pub(super) fn evidence(&mut self) {
        self.part = Part::Evidence;
        let (network, c) = (self.a.network, &self.p().coefficients);
        let items: Vec<&Evidence> = network.evidence().iter().filter(|e| e.site as usize == self.row).collect();
        let mut used: Vec<&'a Value> = Vec::new();
        for item in &items {
            let basis = Basis::Stated { table: "evidence", id: item.id.clone(), report: item.source.clone() };
            self.push(format!("{} of {}: {}", item.method.slug(), item.date, item.finding.slug()), item.children().map(f64::from), basis);
            used.extend(c.sensitivity(item.method));
            used.push(c.false_report_ratio(item.method));
            used.push(if item.finding == Finding::Found { &c.half_life_found_months } else { &c.half_life_not_found_months });
            let peak = self.sector.is_peak(item.date.month());
            for (applies, value) in [
                (item.supplier_paid == Some(true), &c.mod_supplier_pays),
                (item.returning_team == Some(true), &c.mod_returning_auditor),
                (item.all_male_team == Some(true), &c.mod_all_male_team),
                (item.children_interviewed == Some(true), &c.mod_children_interviewed),
                (item.off_site == Some(true), &c.mod_off_site),
                (peak, &c.mod_peak_season),
                (item.case_id.is_some() || item.remediated_on.is_some(), &c.relapse_factor),
                (item.finding == Finding::Found && item.children().is_some(), &c.girls_prior_children),
            ] {
                if applies {
                    used.push(value);
                }
            }
        }
        if !items.is_empty() {
            used.push(&c.repeat_discount);
            let row = PackRow::new("sectors", &self.sector.id, "season_peak_months", &self.sector.provenance);
            self.push(format!("peak months of {}", self.sector.id), None, Basis::Pack(row));
        }
        let mut seen: Vec<&Value> = Vec::new();
        for value in used {
            if !seen.iter().any(|v| std::ptr::eq(*v, value)) {
                seen.push(value);
                self.coefficient(value);
            }
        }
    }

    pub(super) fn agents(&mut self) {
        let (network, c) = (self.a.network, &self.p().coefficients);
        let links: Vec<&AgentLink> = network.agent_links().iter().filter(|l| l.site as usize == self.row).collect();
        if links.is_empty() {
            return;
        }
        for value in [&c.agent_lr_cap, &c.agent_prior_sites, &c.se_unannounced_audit] {
            self.coefficient(value);
        }
        let agents: Vec<&str> = links.iter().filter_map(|l| network.agents().get(l.agent as usize)).map(|x| x.id.as_str()).collect();
        let from = format!("evidence at the other sites of {}", agents.join(", "));
        self.derived("agent ratio", self.a.agent_ratio[self.row], from);
    }
}
