//! `sites`: one row per site.

use polars::prelude::ParquetCompression;
use tierlight_core::Assessment;
use tierlight_core::draws::{Quantiles, ReachQuantiles};
use tierlight_core::model::Site;

use super::Folder;
use super::column::{Column, count, flag, maybe, number, single, text};
use super::writer::write_both;
use crate::error::Result;

pub(super) fn write(folder: &Folder<'_>, assessment: &Assessment<'_>) -> Result<()> {
    // names, and numbers of which many are 0 or 1; many readers know the codec, and it takes little time
    write_both(folder, "sites", assessment.network.sites().len(), &columns(assessment), ParquetCompression::Lz4Raw)
}

fn columns<'a>(a: &'a Assessment<'_>) -> Vec<Column<'a>> {
    let p = a.parameters;
    let site = |row: usize| -> &'a Site { &a.network.sites()[row] };
    let district = move |row: usize| site(row).district.and_then(|d| p.districts.get(usize::from(d)));
    let mut columns = vec![
        text("site_id", |r| a.network.site_id(r)),
        text("name", |r| a.network.site_name(r)),
        text("role", move |r| site(r).role.slug()),
        text("sector_id", move |r| p.sectors[usize::from(site(r).sector)].id.as_str()),
        text("country", move |r| p.countries[usize::from(site(r).country)].iso3.as_str()),
        text("country_level", |r| a.model.prior(r).levels.level_basis.slug()),
        text("district_id", move |r| district(r).map_or("", |d| d.id.as_str())),
        text("district", move |r| district(r).map_or("", |d| d.name.as_str())),
        text("district_matched_by", move |r| site(r).place.slug()),
        single("district_confidence", move |r| site(r).place_confidence),
        maybe("latitude", move |r| site(r).coordinates.map(|c| c.latitude)),
        maybe("longitude", move |r| site(r).coordinates.map(|c| c.longitude)),
        number("workers", |r| a.updated[r].workers),
        flag("workers_assumed", |r| a.inherent[r].workers_assumed),
        count("priority_rank", |r| Some(a.priority[r].rank)),
        count("recorded_class", |r| Some(u32::from(a.priority[r].class.number()))),
        number("severity", |r| a.priority[r].severity),
        text("band", |r| p.band(a.updated[r].presence[0])),
        number("traced_share", |r| a.exposure[r].traced_share),
        number("mean_tier", |r| a.exposure[r].mean_tier),
        count("subcontracting_depth", |r| a.model.depth()[r]),
        count("upstream_sites", |r| Some(a.reach.get(r)?.sites)),
        maybe("any_site_probability", |r| Some(a.reach.get(r)?.any_site[0])),
        maybe("expected_sites", |r| Some(a.reach.get(r)?.expected_sites[0])),
        maybe("upstream_children", |r| Some(a.reach.get(r)?.children[0].iter().sum())),
        maybe("upstream_girls", |r| Some(a.reach.get(r)?.children[0][0])),
        maybe("upstream_boys", |r| Some(a.reach.get(r)?.children[0][1])),
        flag("reach_exact", |r| a.reach.get(r).is_some_and(|x| x.exact)),
        number("throughput", |r| a.throughput[r]),
        number("agent_ratio", |r| a.agent_ratio[r]),
        number("share_on_grades_a_b", |r| a.inherent[r].footing.sourced),
        number("share_modelled", |r| a.inherent[r].footing.modelled),
        number("share_unknown", |r| a.inherent[r].footing.unknown),
    ];
    // nothing is said of it where nothing is modelled
    if a.network.sites().iter().any(|s| s.modelled.is_some()) {
        columns.push(text("modelled", move |r| site(r).modelled.map_or("", |m| m.slug())));
    }
    if let Some(u) = &a.uncertainty {
        columns.push(count("tied_from_rank", |r| Some(u.tied_from[r]).filter(|rank| *rank > 0)));
        columns.push(single("top_probability", |r| Some(u.sites[r].top)));
        let mut spread = |names: [&'static str; 4], of: fn(&ReachQuantiles) -> &Quantiles| {
            let values: [fn(&Quantiles) -> f32; 4] = [|q| q.mean, |q| q.p05, |q| q.p50, |q| q.p95];
            columns.extend(names.into_iter().zip(values).map(|(name, value)| single(name, move |r| Some(value(of(u.reach.get(r)?))))));
        };
        spread(["any_site_probability_mean", "any_site_probability_p05", "any_site_probability_p50", "any_site_probability_p95"], |r| {
            &r.any_site
        });
        spread(["expected_sites_mean", "expected_sites_p05", "expected_sites_p50", "expected_sites_p95"], |r| &r.expected_sites);
        spread(["upstream_children_mean", "upstream_children_p05", "upstream_children_p50", "upstream_children_p95"], |r| &r.children);
    }
    columns
}
