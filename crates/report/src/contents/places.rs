//! Hot spots: districts and sectors; season.

use super::charts;
use super::writer::{Writer, join, n, number, number_col, paragraph, section, text, with_interval, words_col};
use crate::document::{Block, Cell, Section, Text};
use crate::findings::care::ServiceGap;
use crate::format::{count, percent};

pub(super) fn hot_spots(w: &mut Writer<'_>) -> Section {
    let words = w.w;
    let mut blocks = Vec::new();
    blocks.extend(charts::map(w));
    blocks.push(districts(w));
    blocks.extend(charts::sectors(w));
    blocks.push(sectors(w));
    let mut out = section("hot", words.h_hot, blocks);
    out.new_page = true;
    out
}

pub(super) fn districts_section(w: &mut Writer<'_>) -> Section {
    let words = w.w;
    let mut blocks: Vec<Block> = charts::map(w).into_iter().collect();
    blocks.push(districts(w));
    section("districts", words.h_districts, blocks)
}

fn districts(w: &mut Writer<'_>) -> Block {
    let (words, f) = (w.w, w.f);
    let children = w.girls_boys(words.c_children);
    let columns = [
        words_col(words.c_district, 1.6),
        words_col(words.c_province, 1.4),
        number_col(words.c_sites, 0.8),
        number_col(words.c_expected_sites, 1.0),
        number_col(&children, 2.4),
        number_col(words.c_forced_children, 1.2),
        number_col(words.c_rate, 2.2),
        words_col(words.c_grade, 1.2),
        words_col(words.c_service_gaps, 1.8),
    ];
    let rows: Vec<Vec<Cell>> = f
        .districts
        .iter()
        .map(|d| {
            let forced = d.forced_children.total.map_or_else(|| Cell::Blank(Text::plain(words.withheld_short)), |x| number(count(x)));
            let (rate, grade) = match &d.rate {
                Some(r) => {
                    let grade = if r.surveyed { r.grade.clone() } else { format!("{} ({})", r.grade, words.rate_modelled) };
                    (number(with_interval(&percent(r.value), Some(r.interval), percent)), text(grade))
                }
                None => (Cell::Blank(Text::plain(words.rate_none)), text("–")),
            };
            vec![
                Cell::Text(w.district(&d.district)),
                Cell::Text(w.province(&d.province)),
                Cell::Text(n(d.sites)),
                number(count(d.with_children)),
                w.children(&d.children),
                forced,
                rate,
                grade,
                service_gaps(w, &d.service_gaps),
            ]
        })
        .collect();
    w.table("districts-table", Text::plain(words.t_districts), &columns, rows.into_iter(), 150)
}

/// What no service is known for in a district, need by need.
fn service_gaps(w: &Writer<'_>, gaps: &[ServiceGap]) -> Cell {
    if gaps.is_empty() {
        return text(w.w.service_gaps_none);
    }
    let each = gaps.iter().map(|g| Text::plain(format!("{}: {}", w.named("need", &g.need), w.named("gap", &g.gap))));
    Cell::Text(join(each.collect(), "; "))
}

fn sectors(w: &mut Writer<'_>) -> Block {
    let (words, f) = (w.w, w.f);
    let children = w.girls_boys(words.c_children);
    let columns = [
        words_col(words.c_sector, 1.6),
        number_col(words.c_sites, 0.7),
        number_col(words.c_expected_sites, 0.9),
        number_col(&children, 1.5),
        number_col(words.c_hazardous_children, 1.0),
        number_col(words.c_forced_children, 0.9),
        words_col(words.c_dangers, 3.0),
    ];
    let short = |x: Option<f64>| x.map_or_else(|| Cell::Blank(Text::plain(words.withheld_short)), |x| number(count(x)));
    let rows: Vec<Vec<Cell>> = f
        .sectors
        .iter()
        .map(|s| {
            vec![
                Cell::Text(w.sector(&s.sector)),
                Cell::Text(n(s.sites)),
                number(count(s.with_children)),
                w.children(&s.children.child_labour),
                short(s.children.hazardous.total),
                short(s.children.forced.total),
                Cell::Text(Text::name(&s.hazards)),
            ]
        })
        .collect();
    w.table("sectors-table", Text::plain(words.t_sectors), &columns, rows.into_iter(), 80)
}

/// Sectors with their peak months.
pub(super) fn season(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let columns = [words_col(words.c_sector, 2.0), words_col(words.c_peak, 3.0), words_col(words.source, 1.5)];
    let rows: Vec<Vec<Cell>> = f
        .sectors
        .iter()
        .map(|s| {
            let months: Vec<String> = s.peak_months.iter().map(|m| w.named("month", &m.to_string())).collect();
            let months = if months.is_empty() { Cell::Blank(Text::plain(words.unknown)) } else { text(months.join(", ")) };
            vec![Cell::Text(w.sector(&s.sector)), months, Cell::Text(Text::name(&s.source))]
        })
        .collect();
    let season = w.table("season-table", Text::plain(words.h_season), &columns, rows.into_iter(), 80);
    let mut blocks = vec![paragraph(words.season_intro), season];
    blocks.extend(charts::sectors(w));
    blocks.push(sectors(w));
    section("season", words.h_season, blocks)
}
