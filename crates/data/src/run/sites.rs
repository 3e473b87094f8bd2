//! `sites`: one row per site.

use std::path::Path;

use polars::prelude::{Column, DataFrame};
use tierlight_core::Assessment;
use tierlight_core::model::Site;

use super::writer::{frame, text, write_batches};
use crate::error::Result;

pub(super) fn write(folder: &Path, assessment: &Assessment<'_>) -> Result<()> {
    write_batches(folder, "sites", assessment.network.sites().len(), true, |sites| rows(assessment, sites))
}

fn rows(a: &Assessment<'_>, sites: std::ops::Range<usize>) -> Result<DataFrame> {
    let p = a.parameters;
    let site = |row: usize| -> &Site { &a.network.sites()[row] };
    let range = || sites.clone();
    let number = |name: &str, f: &dyn Fn(usize) -> f64| Column::new(name.into(), range().map(f).collect::<Vec<f64>>());
    let maybe = |name: &str, f: &dyn Fn(usize) -> Option<f64>| Column::new(name.into(), range().map(f).collect::<Vec<Option<f64>>>());
    let count = |name: &str, f: &dyn Fn(usize) -> Option<u32>| Column::new(name.into(), range().map(f).collect::<Vec<Option<u32>>>());
    let flag = |name: &str, f: &dyn Fn(usize) -> bool| Column::new(name.into(), range().map(f).collect::<Vec<bool>>());
    let district = |row: usize| site(row).district.and_then(|d| p.districts.get(usize::from(d)));
    frame(vec![
        text("site_id", range().map(|r| a.network.site_id(r))),
        text("name", range().map(|r| a.network.site_name(r))),
        text("role", range().map(|r| site(r).role.slug())),
        text("sector_id", range().map(|r| p.sectors[usize::from(site(r).sector)].id.as_str())),
        text("country", range().map(|r| p.countries[usize::from(site(r).country)].iso3.as_str())),
        text("country_level", range().map(|r| a.model.prior(r).levels.level_basis.slug())),
        text("district_id", range().map(|r| district(r).map_or("", |d| d.id.as_str()))),
        text("district", range().map(|r| district(r).map_or("", |d| d.name.as_str()))),
        text("district_matched_by", range().map(|r| site(r).place.slug())),
        Column::new("district_confidence".into(), range().map(|r| site(r).place_confidence).collect::<Vec<Option<f32>>>()),
        maybe("latitude", &|r| site(r).coordinates.map(|c| c.latitude)),
        maybe("longitude", &|r| site(r).coordinates.map(|c| c.longitude)),
        number("workers", &|r| a.updated[r].workers),
        flag("workers_assumed", &|r| a.inherent[r].workers_assumed),
        Column::new("priority_rank".into(), range().map(|r| a.priority[r].rank).collect::<Vec<u32>>()),
        Column::new("recorded_class".into(), range().map(|r| u32::from(a.priority[r].class.number())).collect::<Vec<u32>>()),
        number("severity", &|r| a.priority[r].severity),
        text("band", range().map(|r| p.band(a.updated[r].presence[0]))),
        number("traced_share", &|r| a.exposure[r].traced_share),
        number("mean_tier", &|r| a.exposure[r].mean_tier),
        count("subcontracting_depth", &|r| a.model.depth()[r]),
        count("upstream_sites", &|r| Some(a.reach.get(r)?.sites)),
        maybe("any_site_probability", &|r| Some(a.reach.get(r)?.any_site[0])),
        maybe("expected_sites", &|r| Some(a.reach.get(r)?.expected_sites[0])),
        maybe("upstream_children", &|r| Some(a.reach.get(r)?.children[0].iter().sum())),
        maybe("upstream_girls", &|r| Some(a.reach.get(r)?.children[0][0])),
        maybe("upstream_boys", &|r| Some(a.reach.get(r)?.children[0][1])),
        flag("reach_exact", &|r| a.reach.get(r).is_some_and(|x| x.exact)),
        number("throughput", &|r| a.throughput[r]),
        number("agent_ratio", &|r| a.agent_ratio[r]),
        number("share_on_grades_a_b", &|r| a.inherent[r].footing.sourced),
        number("share_modelled", &|r| a.inherent[r].footing.modelled),
        number("share_unknown", &|r| a.inherent[r].footing.unknown),
    ])
}
