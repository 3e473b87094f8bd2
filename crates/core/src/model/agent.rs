//! Agents: the people and debt side of the network.

use serde::{Deserialize, Serialize};

use super::site::slugs;

slugs! {
    /// What an agent does.
    AgentKind {
        /// Finds workers and brings them.
        Recruiter = "recruiter",
        /// Holds the workers: jamadar, thekedar.
        LabourContractor = "labour_contractor",
        /// Brings work or goods: arthi, stitching middleman.
        Middleman = "middleman",
        /// Moves people.
        Transporter = "transporter",
    }
}

impl AgentKind {
    /// True for agents through whom workers are hired.
    #[must_use]
    pub fn supplies_labour(self) -> bool {
        matches!(self, AgentKind::Recruiter | AgentKind::LabourContractor)
    }
}

/// A recruiter, labour contractor, middleman or transporter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// Id as the user wrote it.
    pub id: String,
    /// What the agent does; `None` is unknown.
    pub kind: Option<AgentKind>,
    /// Row in the countries.
    pub country: Option<u16>,
    /// Row in the districts.
    pub district: Option<u16>,
}

/// An agent works for a site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AgentLink {
    /// Row of the agent.
    pub agent: u32,
    /// Row of the site.
    pub site: u32,
    /// Workers the agent brought.
    pub workers: Option<f64>,
    /// The agent gives advances that bind workers.
    pub advance_debt: Option<bool>,
}
