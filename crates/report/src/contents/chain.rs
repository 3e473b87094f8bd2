//! Buyers and their chains.

use super::charts;
use super::writer::{Writer, anchor, bar, join, number, number_col, paragraph, section, text, with_interval, words_col};
use crate::document::{Block, Callout, CalloutKind, Cell, Section, Text};
use crate::findings::buyer::{Buyer, Chain};
use crate::format::{count, percent, probability};
use crate::words::fill;
use tierlight_core::model::HAZARDS;

/// Linked share of the buyers, each of the first in a section of its own.
pub(super) fn linked(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    if f.buyers.is_empty() {
        let gap = Callout { kind: CalloutKind::Gap, title: Text::plain(words.dark_title), blocks: vec![paragraph(words.dark_no_links)] };
        return section("linked", words.h_linked, vec![Block::Callout(gap)]);
    }
    let mut blocks = vec![paragraph(words.linked_intro)];
    let columns = [
        words_col(words.c_buyer, 3.0),
        number_col(words.c_untraced, 1.0),
        number_col(words.c_linked, 2.0),
        number_col(words.c_of_untraced, 1.0),
        number_col(words.c_by_labour, 1.0),
        number_col(words.c_forced, 1.6),
    ];
    let rows: Vec<Vec<Cell>> = f
        .buyers
        .iter()
        .map(|b| {
            let l = &b.linked.child_labour;
            let untraced = if l.share.value > 0.0 { l.untraced / l.share.value } else { 0.0 };
            let forced = &b.linked.forced.share;
            vec![
                Cell::Text(w.site(&b.site)),
                bar(percent(1.0 - b.traced_share), 1.0 - b.traced_share),
                number(with_interval(&percent(l.share.value), l.share.interval, percent)),
                number(percent(untraced)),
                number(percent(l.by_labour)),
                number(with_interval(&percent(forced.value), forced.interval, percent)),
            ]
        })
        .collect();
    blocks.push(w.table("buyers", Text::plain(words.t_buyers), &columns, rows.into_iter(), 50));
    if f.more_buyers > 0 {
        blocks.push(Block::Paragraph(fill(words.more_buyers, &[("n", super::writer::n(f.more_buyers))])));
    }
    let mut out = section("linked", words.h_linked, blocks);
    out.new_page = true;
    for (k, b) in f.buyers.iter().enumerate() {
        if let Some(chain) = &b.chain {
            let blocks = buyer(w, k, b, chain);
            let mut part = section(&anchor("buyer", k), "", blocks);
            part.title = w.site(&b.site);
            out.sections.push(part);
        }
    }
    out
}

fn buyer(w: &mut Writer<'_>, k: usize, b: &Buyer, chain: &Chain) -> Vec<Block> {
    let mut blocks = vec![by_hazard(w, k, b, chain), charts::tiers(w, k, b, chain)];
    blocks.extend(charts::flow(w, k, b, chain));
    blocks.extend(paths(w, k, b, chain));
    blocks.push(contributions(w, k, b, chain));
    blocks.extend(dark(w, k, b, chain));
    blocks
}

fn by_hazard(w: &mut Writer<'_>, k: usize, b: &Buyer, chain: &Chain) -> Block {
    let words = w.w;
    let columns = [
        words_col(words.c_hazard, 2.0),
        number_col(words.c_linked, 2.0),
        number_col(words.c_girls, 1.0),
        number_col(words.c_boys, 1.0),
        number_col(words.c_traced, 1.0),
        number_col(words.c_untraced, 1.0),
        number_col(words.c_by_labour, 1.0),
        number_col(words.c_any_site, 1.0),
        number_col(words.c_expected_sites, 1.2),
    ];
    let linked = [&b.linked.child_labour, &b.linked.hazardous, &b.linked.forced];
    let any = [chain.any_site.child_labour, chain.any_site.hazardous, chain.any_site.forced];
    let expected = [chain.expected_sites.child_labour, chain.expected_sites.hazardous, chain.expected_sites.forced];
    let rows: Vec<Vec<Cell>> = (0..3)
        .map(|h| {
            let l = linked[h];
            vec![
                text(w.named("hazard", HAZARDS[h].slug())),
                number(with_interval(&percent(l.share.value), l.share.interval, percent)),
                number(percent(l.girls)),
                number(percent(l.boys)),
                number(percent(l.traced)),
                number(percent(l.untraced)),
                number(percent(l.by_labour)),
                number(with_interval(&probability(any[h].value), any[h].interval, probability)),
                number(with_interval(&format!("{} / {}", count(expected[h].value), chain.sites + 1), expected[h].interval, count)),
            ]
        })
        .collect();
    let caption = fill(words.t_by_hazard, &[("buyer", w.short(&b.site))]);
    w.table(&anchor("hazards", k), caption, &columns, rows.into_iter(), 3)
}

fn paths(w: &mut Writer<'_>, k: usize, b: &Buyer, chain: &Chain) -> Vec<Block> {
    let words = w.w;
    if chain.paths.is_empty() {
        return Vec::new();
    }
    let columns = [words_col(words.c_path, 5.0), number_col(words.c_value, 1.0), number_col(words.c_linked, 1.0)];
    let rows: Vec<Vec<Cell>> = chain
        .paths
        .iter()
        .map(|p| {
            let sites = join(p.sites.iter().map(|s| w.short(s)).collect(), if w.language.right_to_left() { " → " } else { " ← " });
            vec![Cell::Text(sites), number(percent(p.value)), number(percent(p.linked))]
        })
        .collect();
    let caption = fill(words.t_paths, &[("buyer", w.short(&b.site))]);
    let table = w.table(&anchor("paths", k), caption, &columns, rows.into_iter(), 10);
    let rest = fill(
        words.paths_rest,
        &[("rest", Text::number(percent(chain.other_paths))), ("dark", Text::number(percent(b.linked.child_labour.untraced)))],
    );
    vec![table, Block::Paragraph(rest)]
}

fn contributions(w: &mut Writer<'_>, k: usize, b: &Buyer, chain: &Chain) -> Block {
    let words = w.w;
    let columns = [
        words_col(words.c_site, 3.0),
        words_col(words.c_sector, 2.0),
        words_col(words.c_place, 1.6),
        number_col(words.c_through, 1.0),
        number_col(words.c_linked, 1.2),
    ];
    let most = chain.contributions.first().map_or(1.0, |p| p.linked.child_labour.max(f64::MIN_POSITIVE));
    let rows: Vec<Vec<Cell>> = chain
        .contributions
        .iter()
        .map(|p| {
            vec![
                Cell::Text(w.site(&p.site)),
                Cell::Text(w.sector(&p.site.sector)),
                Cell::Text(w.place(&p.site)),
                number(percent(p.through)),
                bar(percent(p.linked.child_labour), p.linked.child_labour / most),
            ]
        })
        .collect();
    let caption = fill(words.t_contributions, &[("buyer", w.short(&b.site))]);
    w.table(&anchor("contributions", k), caption, &columns, rows.into_iter(), 10)
}

fn dark(w: &mut Writer<'_>, k: usize, b: &Buyer, chain: &Chain) -> Option<Block> {
    let words = w.w;
    if chain.dark.is_empty() {
        return None;
    }
    let columns = [
        words_col(words.c_site, 3.0),
        words_col(words.c_sector, 2.0),
        number_col(words.c_untraced, 1.0),
        number_col(words.c_linked_for, 1.2),
    ];
    let most = chain.dark.first().map_or(1.0, |d| d.value.max(f64::MIN_POSITIVE));
    let rows: Vec<Vec<Cell>> = chain
        .dark
        .iter()
        .map(|d| {
            vec![
                Cell::Text(w.site(&d.site)),
                Cell::Text(w.sector(&d.site.sector)),
                bar(percent(d.value), d.value / most),
                number(percent(d.linked)),
            ]
        })
        .collect();
    let caption = fill(words.t_dark, &[("buyer", w.short(&b.site))]);
    Some(w.table(&anchor("dark", k), caption, &columns, rows.into_iter(), 10))
}
