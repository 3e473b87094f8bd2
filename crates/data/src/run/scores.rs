//! `scores`: one row per site and hazard.

use std::path::Path;

use polars::prelude::Column;
use tierlight_core::Assessment;
use tierlight_core::decide::rank::by_presence;
use tierlight_core::model::HAZARDS;

use super::writer::{frame, write_batches};
use crate::error::Result;

pub(super) fn write(folder: &Path, assessment: &Assessment<'_>) -> Result<()> {
    let ranks = HAZARDS.map(|hazard| by_presence(&assessment.updated, hazard));
    write_batches(folder, "scores", assessment.network.sites().len(), true, |sites| rows(assessment, &ranks, sites))
}

fn rows(a: &Assessment<'_>, ranks: &[Vec<u32>; 3], sites: std::ops::Range<usize>) -> Result<polars::prelude::DataFrame> {
    let pairs = || sites.clone().flat_map(|site| (0..3).map(move |h| (site, h)));
    let number =
        |name: &str, f: &dyn Fn(usize, usize) -> f64| Column::new(name.into(), pairs().map(|(site, h)| f(site, h)).collect::<Vec<f64>>());
    frame(vec![
        Column::new("site_id".into(), pairs().map(|(site, _)| a.network.site_id(site)).collect::<Vec<&str>>()),
        Column::new("hazard".into(), pairs().map(|(_, h)| HAZARDS[h].slug()).collect::<Vec<&str>>()),
        number("prevalence", &|s, h| a.updated[s].prevalence[h]),
        number("presence", &|s, h| a.updated[s].presence[h]),
        number("presence_before_evidence", &|s, h| a.inherent[s].presence()[h]),
        number("expected_children", &|s, h| a.updated[s].expected[h]),
        number("expected_girls", &|s, h| a.updated[s].expected[h] * a.updated[s].girls_share),
        number("expected_boys", &|s, h| a.updated[s].expected[h] * (1.0 - a.updated[s].girls_share)),
        number("linked_share", &|s, h| a.exposure[s].linked(h)),
        number("linked_share_girls", &|s, h| a.exposure[s].linked_sex(h, 0)),
        number("linked_share_boys", &|s, h| a.exposure[s].linked_sex(h, 1)),
        number("linked_share_traced", &|s, h| a.exposure[s].linked_traced(h)),
        number("linked_share_untraced", &|s, h| a.exposure[s].linked_untraced(h)),
        number("linked_labour_share", &|s, h| a.exposure[s].labour[h]),
        Column::new("rank".into(), pairs().map(|(site, h)| ranks[h][site]).collect::<Vec<u32>>()),
    ])
}
