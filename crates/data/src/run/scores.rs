//! `scores`: one row per site and hazard.

use polars::prelude::ParquetCompression;
use rayon::prelude::*;
use tierlight_core::Assessment;
use tierlight_core::decide::rank::by_presence;
use tierlight_core::draws::{Quantiles, Uncertainty};
use tierlight_core::model::HAZARDS;

use super::Folder;
use super::column::{Column, count, number, single, text};
use super::writer::write_both;
use crate::error::Result;

pub(super) fn write(folder: &Folder<'_>, assessment: &Assessment<'_>) -> Result<()> {
    let ranks: Vec<Vec<u32>> = HAZARDS.par_iter().map(|hazard| by_presence(&assessment.updated, *hazard)).collect();
    // all digits of a model's numbers count: they do not shrink
    let rows = assessment.network.sites().len() * HAZARDS.len();
    write_both(folder, "scores", rows, &columns(assessment, &ranks), ParquetCompression::Uncompressed)
}

fn columns<'a>(a: &'a Assessment<'_>, ranks: &'a [Vec<u32>]) -> Vec<Column<'a>> {
    // rows of one site follow each other
    let at = |row: usize| (row / HAZARDS.len(), row % HAZARDS.len());
    let of = |name: &'static str, value: fn(&Assessment<'_>, usize, usize) -> f64| {
        number(name, move |row| {
            let (site, hazard) = at(row);
            value(a, site, hazard)
        })
    };
    let mut columns = vec![
        text("site_id", move |row| a.network.site_id(at(row).0)),
        text("hazard", move |row| HAZARDS[at(row).1].slug()),
        of("prevalence", |a, s, h| a.updated[s].prevalence[h]),
        of("presence", |a, s, h| a.updated[s].presence[h]),
        of("presence_before_evidence", |a, s, h| a.inherent[s].presence()[h]),
        of("expected_children", |a, s, h| a.updated[s].expected[h]),
        of("expected_girls", |a, s, h| a.updated[s].expected[h] * a.updated[s].girls_share),
        of("expected_boys", |a, s, h| a.updated[s].expected[h] * (1.0 - a.updated[s].girls_share)),
        of("linked_share", |a, s, h| a.exposure[s].linked(h)),
        of("linked_share_girls", |a, s, h| a.exposure[s].linked_sex(h, 0)),
        of("linked_share_boys", |a, s, h| a.exposure[s].linked_sex(h, 1)),
        of("linked_share_traced", |a, s, h| a.exposure[s].linked_traced(h)),
        of("linked_share_untraced", |a, s, h| a.exposure[s].linked_untraced(h)),
        of("linked_labour_share", |a, s, h| a.exposure[s].labour[h]),
        count("rank", move |row| Some(ranks[at(row).1][at(row).0])),
    ];
    if let Some(u) = &a.uncertainty {
        let mut spread = |names: [&'static str; 4], of: fn(&Uncertainty, usize, usize) -> &Quantiles| {
            let values: [fn(&Quantiles) -> f32; 4] = [|q| q.mean, |q| q.p05, |q| q.p50, |q| q.p95];
            columns.extend(names.into_iter().zip(values).map(|(name, value)| {
                single(name, move |row| {
                    let (site, hazard) = at(row);
                    Some(value(of(u, site, hazard)))
                })
            }));
        };
        spread(["prevalence_mean", "prevalence_p05", "prevalence_p50", "prevalence_p95"], |u, s, h| &u.sites[s].prevalence[h]);
        spread(["presence_mean", "presence_p05", "presence_p50", "presence_p95"], |u, s, h| &u.sites[s].presence[h]);
        spread(["expected_children_mean", "expected_children_p05", "expected_children_p50", "expected_children_p95"], |u, s, h| {
            &u.sites[s].expected[h]
        });
        spread(["linked_share_mean", "linked_share_p05", "linked_share_p50", "linked_share_p95"], |u, s, h| &u.linked[s][h]);
    }
    columns
}
