//! Invented agents: recruiters with and without advances, middlemen, transporters.

use tierlight_core::model::{Agent, AgentKind, AgentLink};

use super::Generator;
use super::draw::Stream;

/// One agent for so many sites.
const SITES_PER_AGENT: u32 = 150;
/// Sites an agent works for, on average.
const SITES_OF_AGENT: f64 = 8.0;
/// An agent's sites lie within so many places of each other.
const REGION: u32 = 96;
/// Kinds and how often; the rest are of unknown kind.
const KINDS: [(AgentKind, f64); 4] =
    [(AgentKind::Recruiter, 0.45), (AgentKind::LabourContractor, 0.27), (AgentKind::Middleman, 0.2), (AgentKind::Transporter, 0.05)];
/// Share of recruiters' and contractors' sites with an advance, and without.
const ADVANCE: [f64; 2] = [0.25, 0.2];
const STATES_WORKERS: f64 = 0.4;

impl Generator<'_> {
    /// Number of agents.
    pub(super) fn agent_count(&self) -> u32 {
        (self.options.sites / SITES_PER_AGENT).max(1)
    }

    fn agent_kind(&self, number: u32) -> Option<AgentKind> {
        let mut at = self.draw(Stream::Agent, number).unit();
        for (kind, share) in KINDS {
            if at < share {
                return Some(kind);
            }
            at -= share;
        }
        None
    }

    /// First place of an agent's region.
    fn region(&self, number: u32) -> u32 {
        let mut draw = self.draw(Stream::Agent, number);
        draw.next();
        draw.below(self.options.sites.saturating_sub(REGION).max(1))
    }

    /// An agent: a code, never a person.
    pub(super) fn agent(&self, number: u32) -> Agent {
        let (_, site) = self.site(self.shuffle.from(self.region(number)));
        // an agent's district is stated, or unknown
        let district = site.district.filter(|_| site.place == tierlight_core::model::PlaceMatch::Code);
        Agent { id: format!("A{number:07}"), kind: self.agent_kind(number), country: Some(site.country), district }
    }

    /// Sites an agent works for.
    pub(super) fn agent_links(&self, number: u32) -> Vec<AgentLink> {
        let mut draw = self.draw(Stream::Agent, number);
        draw.next();
        draw.next();
        let labour = self.agent_kind(number).is_some_and(AgentKind::supplies_labour);
        let region = self.region(number);
        let size = REGION.min(self.options.sites);
        let count = draw.geometric(SITES_OF_AGENT).min(size / 2);
        let mut places: Vec<u32> = Vec::new();
        while places.len() < count as usize {
            let place = region + draw.below(size);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
            .into_iter()
            .map(|place| {
                let (at, stated) = (draw.unit(), draw.chance(STATES_WORKERS));
                let workers = f64::from(1 + draw.below(30));
                let advance_debt = match at {
                    _ if !labour => None,
                    at if at < ADVANCE[0] => Some(true),
                    at if at < ADVANCE[0] + ADVANCE[1] => Some(false),
                    _ => None,
                };
                AgentLink { agent: number, site: self.shuffle.from(place), workers: (labour && stated).then_some(workers), advance_debt }
            })
            .collect()
    }
}
