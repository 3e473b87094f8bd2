//! What users know: sites, supply links, agents, evidence, orders.
//!
//! A **site** is a place of work. A **supply link** goes from a supplier site to a buyer site. An
//! **agent** (recruiter, labour contractor, middleman) brings people or work to sites. **Evidence** is what
//! an audit, inspection, interview or report found, or did not find, on a date. An **order** is what a site was asked to make.

mod agent;
mod condition;
mod evidence;
mod hazard;
mod link;
mod names;
mod network;
mod order;
pub(crate) mod site;
mod units;

pub use agent::{Agent, AgentKind, AgentLink};
pub use condition::{CONDITIONS, Condition, Conditions};
pub use evidence::{Evidence, Finding, METHODS, Method};
pub use hazard::{HAZARDS, Hazard, PerHazard, PerSex, SEXES, Sex};
pub use link::{Amount, Disclosure, Link, LinkKind};
pub use names::Names;
pub use network::{LinkIx, Network, NetworkParts, SiteIx};
pub use order::Order;
pub use site::{Coordinates, Modelled, PlaceMatch, Role, Site};
pub use units::{LogOdds, Probability, Share};
