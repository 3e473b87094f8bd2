//! Sites in their order, control points and agents.

use super::charts;
use super::writer::{Writer, bar, join, n, number, number_col, paragraph, section, text, words_col};
use crate::document::{Block, Cell, Section, Text};
use crate::findings::site::SiteFinding;
use crate::format::{count, percent};
use crate::words::fill;

/// Sites of the chart of ranks.
const CHARTED: usize = 15;

/// Sites to look at first; none in public, where single sites have no rank.
pub(super) fn first(w: &mut Writer<'_>, title: &str, caption: &str, limit: usize) -> Option<Section> {
    let (words, f) = (w.w, w.f);
    if w.public() {
        return None;
    }
    let mut blocks = vec![paragraph(words.first_intro)];
    blocks.extend(charts::ranks(w, &f.sites[..f.sites.len().min(CHARTED)]));
    let children = w.girls_boys(words.c_children);
    let columns = [
        number_col(words.c_rank, 0.6),
        words_col(words.c_site, 2.4),
        words_col(words.c_sector, 1.6),
        words_col(words.c_place, 1.4),
        number_col(words.c_presence, 2.0),
        number_col(words.c_forced, 2.0),
        number_col(&children, 1.8),
        words_col(words.c_why, 2.6),
    ];
    let shown: Vec<&SiteFinding> = f.sites.iter().take(limit).collect();
    let rows: Vec<Vec<Cell>> = shown
        .iter()
        .map(|s| {
            vec![
                number(rank(s)),
                Cell::Text(w.site(&s.site)),
                Cell::Text(w.sector(&s.site.sector)),
                Cell::Text(w.place(&s.site)),
                Writer::likelihood(&s.presence.child_labour),
                Writer::likelihood(&s.presence.forced),
                w.children(&s.children),
                Cell::Text(why(w, s)),
            ]
        })
        .collect();
    blocks.push(w.table("first-table", Text::plain(caption), &columns, rows.into_iter(), limit));
    if f.sites.len() > limit {
        blocks.push(Block::Paragraph(fill(words.of_rows, &[("n", n(limit)), ("all", n(f.sites.len()))])));
    }
    let mut out = section("first", title, blocks);
    out.new_page = true;
    Some(out)
}

/// Rank; `=` and the first of those that the draws do not tell apart.
pub(super) fn rank(s: &SiteFinding) -> String {
    match (s.tied_from, s.rank) {
        (Some(from), _) => format!("={from}"),
        (None, Some(rank)) => rank.to_string(),
        (None, None) => "–".to_owned(),
    }
}

/// What is on record, agents' record, and the terms that raise it most.
pub(super) fn why(w: &Writer<'_>, s: &SiteFinding) -> Text {
    let mut parts = Vec::new();
    if let Some(class) = s.recorded.as_deref().filter(|c| *c != "none") {
        parts.push(Text::plain(w.named("class", class)));
    }
    if let Some(ratio) = s.agent_ratio.filter(|x| *x > 1.05) {
        parts.push(fill(w.w.why_agents, &[("x", Text::number(format!("{ratio:.1}")))]));
    }
    parts.extend(s.reasons.iter().map(|term| Text::plain(w.named("term", term))));
    if parts.is_empty() {
        parts.push(fill(w.w.why_usual, &[("sector", w.sector(&s.site.sector))]));
    }
    join(parts, "; ")
}

pub(super) fn control(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let mut blocks = vec![paragraph(words.control_intro)];
    if !f.control_points.is_empty() {
        let columns = [
            words_col(words.c_site, 3.0),
            words_col(words.c_sector, 2.0),
            words_col(words.c_place, 1.6),
            number_col(words.c_suppliers, 0.8),
            number_col(words.c_throughput, 1.2),
        ];
        let rows: Vec<Vec<Cell>> = f
            .control_points
            .iter()
            .map(|p| {
                vec![
                    Cell::Text(w.site(&p.site)),
                    Cell::Text(w.sector(&p.site.sector)),
                    Cell::Text(w.place(&p.site)),
                    Cell::Text(n(p.suppliers)),
                    bar(percent(p.throughput), p.throughput),
                ]
            })
            .collect();
        blocks.push(w.table("control-sites", Text::plain(words.t_control), &columns, rows.into_iter(), 10));
    }
    if f.agents.is_empty() {
        blocks.push(paragraph(words.no_agents));
    } else {
        let columns = [
            words_col(words.c_agent, 1.4),
            words_col(words.c_kind, 1.4),
            words_col(words.c_district, 1.2),
            number_col(words.c_sites, 0.8),
            number_col(words.c_advances, 1.0),
            number_col(words.c_forced_findings, 1.2),
            number_col(words.c_throughput, 1.2),
        ];
        let kept = || Cell::Blank(Text::plain(words.agent_kept));
        let rows: Vec<Vec<Cell>> = f
            .agents
            .iter()
            .map(|a| {
                vec![
                    a.agent.as_ref().map_or_else(kept, |id| Cell::Text(Text::name(id))),
                    a.kind.as_ref().map_or_else(|| Cell::Blank(Text::plain(words.unknown)), |k| text(w.named("agent", k))),
                    match &a.district {
                        Some(d) => Cell::Text(w.district(d)),
                        None if w.public() => kept(),
                        None => Cell::Blank(Text::plain(words.unknown)),
                    },
                    Cell::Text(n(a.sites)),
                    Cell::Text(n(a.with_advances)),
                    a.with_forced_findings.map_or_else(kept, |x| Cell::Text(n(x))),
                    bar(percent(a.throughput), a.throughput),
                ]
            })
            .collect();
        blocks.push(w.table("control-agents", Text::plain(words.t_agents), &columns, rows.into_iter(), 10));
    }
    section("control", words.h_control, blocks)
}

/// Rows of all sites in the annex.
const ALL: usize = 400;

/// Every site with likelihood and basis.
pub(super) fn all(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let mut columns = vec![
        words_col(words.c_site, 2.6),
        words_col(words.c_role, 1.0),
        words_col(words.c_sector, 1.6),
        words_col(words.c_place, 1.4),
        number_col(words.c_presence, 2.0),
    ];
    if !w.public() {
        columns.insert(0, number_col(words.c_rank, 0.6));
        columns.push(number_col(words.c_children, 1.2));
    }
    columns.push(words_col(words.c_why, 2.0));
    columns.push(words_col(words.c_basis, 2.6));
    let public = w.public();
    let shared = Writer::new(f, w.language, None, w.stem);
    let row = |s: &SiteFinding| {
        let mut site = shared.site(&s.site);
        if s.sites > 1 {
            site = join(vec![site, fill(words.group_of, &[("n", n(s.sites))])], ": ");
        }
        let mut cells = vec![
            Cell::Text(site),
            text(shared.named("role", &s.site.role)),
            Cell::Text(shared.sector(&s.site.sector)),
            Cell::Text(shared.place(&s.site)),
            Writer::likelihood(&s.presence.child_labour),
        ];
        if !public {
            cells.insert(0, number(rank(s)));
            cells.push(number(s.children.total.map_or_else(String::new, count)));
        }
        cells.push(Cell::Text(why(&shared, s)));
        cells.push(Cell::Text(basis(&shared, s)));
        cells
    };
    let table = w.table("all-sites", Text::plain(words.t_all_sites), &columns, f.sites.iter().map(row), ALL);
    section("sites", words.h_all_sites, vec![table])
}

fn basis(w: &Writer<'_>, s: &SiteFinding) -> Text {
    fill(
        w.w.basis_words,
        &[
            ("grade", Text::plain(&s.grade)),
            ("surveys", Text::number(percent(s.on_surveys))),
            ("unknown", Text::number(percent(s.unknown))),
            ("sources", Text::name(s.sources.join(", "))),
        ],
    )
}
