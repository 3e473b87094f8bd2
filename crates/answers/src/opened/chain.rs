//! What lies upstream of one buyer.

use serde::Serialize;
use tierlight_core::model::HAZARDS;
use tierlight_core::network::reach::Reach;
use tierlight_data::run::Intervals;

use super::item::{ByHazard, Quantile};

/// Girls and boys.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Children {
    /// Girls.
    pub girls: f64,
    /// Boys.
    pub boys: f64,
}

/// What lies upstream of a buyer, counted by search.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ReachItem {
    /// The buyer.
    pub buyer: String,
    /// Distinct sites upstream.
    pub upstream_sites: u32,
    /// Probability that at least one of them, or itself, has the hazard.
    pub any_site_probability: ByHazard<f64>,
    /// Its interval, of child labour.
    pub any_site_probability_interval: Option<Quantile>,
    /// Expected number of such sites.
    pub expected_sites: ByHazard<f64>,
    /// Its interval, of child labour.
    pub expected_sites_interval: Option<Quantile>,
    /// Children expected at upstream sites.
    pub upstream_children: ByHazard<Children>,
    /// Interval of girls and boys in child labour.
    pub upstream_children_interval: Option<Quantile>,
}

impl ReachItem {
    pub(super) fn new(buyer: &str, reach: &Reach, drawn: Option<&Intervals>) -> Self {
        let drawn = drawn.and_then(|d| d.reach);
        Self {
            buyer: buyer.to_owned(),
            upstream_sites: reach.sites,
            any_site_probability: reach.any_site.into(),
            any_site_probability_interval: drawn.map(|d| d.any_site.into()),
            expected_sites: reach.expected_sites.into(),
            expected_sites_interval: drawn.map(|d| d.expected_sites.into()),
            upstream_children: HAZARDS
                .map(|h| {
                    let [girls, boys] = reach.children[h.index()];
                    Children { girls, boys }
                })
                .into(),
            upstream_children_interval: drawn.map(|d| d.children.into()),
        }
    }
}
