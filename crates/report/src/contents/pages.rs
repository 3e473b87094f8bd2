//! One page about a site; questions over all sites; the most telling visit of each.

use std::collections::BTreeMap;

use super::charts;
use super::evidence::ledger;
use super::sites::rank;
use super::writer::{Writer, anchor, join, n, number, number_col, paragraph, section, text, words_col};
use crate::document::{Block, Cell, Section, Text};
use crate::findings::page::{Page, Question};
use crate::findings::site::SiteFinding;
use crate::format::{count, percent, probability, whole};
use crate::words::fill;

/// Pages about single sites; none in public.
pub(super) fn pages(w: &mut Writer<'_>) -> Option<Section> {
    let (words, f) = (w.w, w.f);
    if f.pages.is_empty() {
        return None;
    }
    let mut blocks = Vec::new();
    if f.pages.len() < f.sites.len() {
        blocks.push(Block::Paragraph(fill(words.pages_more, &[("n", n(f.pages.len())), ("all", n(f.sites.len()))])));
    }
    let mut out = section("pages", words.h_pages, blocks);
    out.new_page = true;
    for (k, page) in f.pages.iter().enumerate() {
        let Some(site) = f.sites.iter().find(|s| s.site == page.site) else { continue };
        let mut part = section(&anchor("site", k), "", one(w, k, page, site));
        part.title = w.site(&page.site);
        part.new_page = k > 0;
        out.sections.push(part);
    }
    Some(out)
}

fn one(w: &mut Writer<'_>, k: usize, page: &Page, site: &SiteFinding) -> Vec<Block> {
    let words = w.w;
    let mut blocks = vec![facts(w, page, site)];
    if let Some(sector) = w.f.sectors.iter().find(|s| s.sector == page.site.sector).filter(|s| !s.hazards.is_empty()) {
        blocks.push(Block::Paragraph(fill(words.dangers_are, &[("dangers", Text::name(&sector.hazards))])));
    }
    blocks.push(visits(w, k, page));
    blocks.extend(questions(w, k, page));
    let items: Vec<_> = w.f.evidence.iter().filter(|i| i.site == page.site).collect();
    if items.is_empty() {
        blocks.push(paragraph(words.page_no_evidence));
    } else {
        blocks.push(ledger(w, &anchor("site-evidence", k), words.page_evidence, items.into_iter()));
    }
    blocks.extend(charts::waterfall(w, &anchor("waterfall", k), page));
    blocks
}

fn facts(w: &Writer<'_>, page: &Page, site: &SiteFinding) -> Block {
    let words = w.w;
    let letters = |cell: &Cell| match cell {
        Cell::Text(t) | Cell::Blank(t) | Cell::Bar { words: t, .. } | Cell::Interval { words: t, .. } => t.clone(),
    };
    let class = site.recorded.as_deref().unwrap_or("none");
    let mut workers = Text::number(site.workers.map_or_else(String::new, whole));
    if site.workers_assumed {
        workers = fill(words.page_assumed, &[("n", workers)]);
    }
    let c = &site.children;
    let shown = |x: Option<f64>| Text::number(x.map_or_else(|| words.withheld_short.to_owned(), count));
    let children = fill(words.page_children_is, &[("children", shown(c.total)), ("girls", shown(c.girls)), ("boys", shown(c.boys))]);
    let mut facts = vec![
        (words.page_facts_role, join(vec![Text::plain(w.named("role", &page.site.role)), w.sector(&page.site.sector)], ", ")),
        (words.c_place, w.place(&page.site)),
        (
            words.page_rank,
            fill(
                words.page_rank_is,
                &[("rank", Text::number(rank(site))), ("all", n(w.f.sites.len())), ("class", Text::plain(w.named("class", class)))],
            ),
        ),
        (words.page_presence, letters(&Writer::likelihood(&site.presence.child_labour))),
        (words.page_children, children),
        (words.page_workers, workers),
        (words.c_why, super::sites::why(w, site)),
    ];
    if let Some(v) = page.visits.first() {
        let change = fill(
            words.page_change_is,
            &[
                ("approach", Text::plain(w.named("approach", &v.approach))),
                ("found", Text::number(probability(v.if_found))),
                ("not_found", Text::number(probability(v.if_not_found))),
            ],
        );
        facts.push((words.page_change, change));
    }
    Block::Facts(facts.into_iter().map(|(name, is)| (Text::plain(name), is)).collect())
}

fn visits(w: &mut Writer<'_>, k: usize, page: &Page) -> Block {
    let words = w.w;
    let columns = [
        words_col(words.c_visit, 3.0),
        number_col(words.c_finds, 1.1),
        number_col(words.c_chance, 1.0),
        number_col(words.c_if_found, 1.0),
        number_col(words.c_if_not_found, 1.0),
        number_col(words.c_tells, 1.0),
    ];
    let rows: Vec<Vec<Cell>> = page
        .visits
        .iter()
        .map(|v| {
            vec![
                text(w.named("approach", &v.approach)),
                number(percent(v.sensitivity)),
                number(probability(v.finds)),
                number(probability(v.if_found)),
                number(probability(v.if_not_found)),
                number(percent(v.tells)),
            ]
        })
        .collect();
    w.table(&anchor("visits", k), Text::plain(words.t_visits), &columns, rows.into_iter(), 10)
}

fn questions(w: &mut Writer<'_>, k: usize, page: &Page) -> Option<Block> {
    let words = w.w;
    if page.questions.is_empty() {
        return None;
    }
    let columns =
        [words_col(words.c_question, 4.0), words_col(words.c_now, 0.9), number_col(words.c_if_yes, 0.9), number_col(words.c_if_no, 0.9)];
    let state = |q: &Question| match q.state {
        Some(true) => words.yes,
        Some(false) => words.no,
        None => words.unknown,
    };
    let rows: Vec<Vec<Cell>> = page
        .questions
        .iter()
        .map(|q| {
            let question = format!("{}: {}", w.named("term", &q.condition), w.named("question", &q.condition));
            vec![text(question), text(state(q)), number(probability(q.if_yes)), number(probability(q.if_no))]
        })
        .collect();
    Some(w.table(&anchor("questions", k), Text::plain(words.t_questions), &columns, rows.into_iter(), 10))
}

/// The most telling visit of every site that has a page.
pub(super) fn all_visits(w: &mut Writer<'_>) -> Option<Section> {
    let (words, f) = (w.w, w.f);
    if f.pages.is_empty() {
        return None;
    }
    let columns = [
        words_col(words.c_site, 2.6),
        words_col(words.c_place, 1.4),
        number_col(words.c_presence, 1.0),
        words_col(words.c_visit, 2.6),
        number_col(words.c_if_found, 1.0),
        number_col(words.c_if_not_found, 1.0),
        number_col(words.c_tells, 1.0),
    ];
    let rows: Vec<Vec<Cell>> = f
        .pages
        .iter()
        .filter_map(|p| {
            let v = p.visits.first()?;
            Some(vec![
                Cell::Text(w.site(&p.site)),
                Cell::Text(w.place(&p.site)),
                number(probability(p.presence)),
                text(w.named("approach", &v.approach)),
                number(probability(v.if_found)),
                number(probability(v.if_not_found)),
                number(percent(v.tells)),
            ])
        })
        .collect();
    let table = w.table("visits", Text::plain(words.t_visits), &columns, rows.into_iter(), 60);
    Some(section("visits-section", words.h_visits, vec![paragraph(words.visits_intro), table]))
}

/// Questions over the sites that have a page: where each is unknown, and where it raises the estimate.
pub(super) fn all_questions(w: &mut Writer<'_>) -> Option<Section> {
    let (words, f) = (w.w, w.f);
    let mut by: BTreeMap<&str, (usize, usize, f64)> = BTreeMap::new();
    for q in f.pages.iter().flat_map(|p| &p.questions) {
        let entry = by.entry(&q.condition).or_default();
        if q.state.is_none() {
            entry.0 += 1;
        } else {
            entry.1 += 1;
        }
        entry.2 += (q.if_yes - q.if_no).abs();
    }
    if by.is_empty() {
        return None;
    }
    let mut order: Vec<_> = by.into_iter().collect();
    order.sort_by(|x, y| y.1.2.total_cmp(&x.1.2).then(x.0.cmp(y.0)));
    let columns = [words_col(words.c_question, 5.0), number_col(words.c_unknown_at, 1.0), number_col(words.c_raises_at, 1.0)];
    let rows: Vec<Vec<Cell>> = order
        .into_iter()
        .map(|(condition, (unknown, raises, _))| {
            let question = format!("{}: {}", w.named("term", condition), w.named("question", condition));
            vec![text(question), Cell::Text(n(unknown)), Cell::Text(n(raises))]
        })
        .collect();
    let table = w.table("questions", Text::plain(words.t_questions), &columns, rows.into_iter(), 20);
    Some(section("questions-section", words.h_questions, vec![paragraph(words.questions_intro), table]))
}
