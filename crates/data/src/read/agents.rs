//! Agents and their sites.

use std::collections::HashMap;

use tierlight_core::model::{Agent, AgentKind, AgentLink, NetworkParts};

use super::registry::Registry;
use super::{Intake, NetworkOptions, Rows, place, value};
use crate::error::Result;
use crate::packs::Packs;

/// Reads agents.
pub(super) fn read(
    intake: &mut Intake<'_>,
    packs: &Packs,
    options: &NetworkOptions,
    parts: &mut NetworkParts,
    known: &mut HashMap<String, u32>,
) -> Result<()> {
    let of = |name| intake.mapped.handle(name);
    let (id, kind, country, district) = (of("agent_id"), of("kind"), of("country"), of("district"));
    let kinds: Vec<&str> = AgentKind::ALL.iter().map(|k| k.slug()).collect();
    intake.each(|rows, row| {
        let Some(name) = rows.required(row, id, "give every agent an id; names of persons are not read") else { return };
        if known.contains_key(name) {
            rows.reject("id_duplicate", row, id, "an id that no other agent has", "delete one of the rows");
            return;
        }
        let kind = rows.word(row, kind, agent_kind, &kinds);
        let stated = !rows.cell(row, country).is_empty();
        let place = if stated { place::country(rows, row, country, packs) } else { options.country };
        let area = place.and_then(|country| place::district(rows, row, district, packs, country, "left out")).map(|d| d.0);
        if !rows.is_rejected(row) {
            known.insert(name.to_owned(), parts.agents.len() as u32);
            parts.agents.push(Agent { id: name.to_owned(), kind, country: place, district: area });
        }
    })
}

/// Kinds of agents, in the words used for them.
fn agent_kind(word: &str) -> Option<AgentKind> {
    AgentKind::from_slug(word).or(match word {
        "contractor" | "jamadar" | "thekedar" | "thekadar" => Some(AgentKind::LabourContractor),
        "arthi" | "middle_man" | "broker" => Some(AgentKind::Middleman),
        "agent" | "recruitment_agent" => Some(AgentKind::Recruiter),
        _ => None,
    })
}

/// Reads which agent works for which site.
pub(super) fn read_links(
    intake: &mut Intake<'_>,
    registry: &Registry,
    parts: &mut NetworkParts,
    known: &HashMap<String, u32>,
) -> Result<()> {
    let of = |name| intake.mapped.handle(name);
    let (agent, site, workers, debt) = (of("agent_id"), of("site_id"), of("workers"), of("advance_debt"));
    let mut seen = std::collections::HashSet::new();
    intake.each(|rows, row| {
        let agent_row = rows.required(row, agent, "name the agent").and_then(|name| {
            let found = known.get(name).copied();
            if found.is_none() {
                rows.reject("id_unknown", row, agent, "an agent_id of the table of agents", "add the agent, or correct the id");
            }
            found
        });
        let site_row = site_of(rows, row, site, registry);
        let workers = rows.number("number_invalid", row, workers, value::AMOUNT);
        let advance_debt = rows.parse("answer_invalid", row, debt, value::yes_no);
        let Some((agent_row, site_row)) = agent_row.zip(site_row).filter(|_| !rows.is_rejected(row)) else { return };
        if !seen.insert((agent_row, site_row)) {
            rows.reject("id_duplicate", row, agent, "each pair of agent and site once", "join the two rows");
            return;
        }
        parts.agent_links.push(AgentLink { agent: agent_row, site: site_row, workers, advance_debt });
    })
}

/// A site that a row names by id, or by a name that one site has.
pub(super) fn site_of(rows: &mut Rows<'_>, row: usize, column: super::Handle, registry: &Registry) -> Option<u32> {
    let cell = rows.required(row, column, "name the site")?;
    let found = registry.by_id(cell).or_else(|| registry.by_name(cell).ok());
    if found.is_none() {
        rows.reject(
            "id_unknown",
            row,
            column,
            "a site_id of the table of sites",
            "add the site, or correct the id (was its row rejected?)",
        );
    }
    found
}
