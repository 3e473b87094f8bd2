//! The evidence ledger, its timeline, and follow-ups.

use super::charts;
use super::writer::{Writer, bar, n, number, number_col, paragraph, section, text, words_col};
use crate::document::{Block, Cell, Section, Text};
use crate::findings::evidence::Item;
use crate::format::{log_odds, percent, probability};

/// Rows of the ledger and of the follow-ups.
const LISTED: usize = 150;

pub(super) fn evidence(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let mut blocks = vec![paragraph(words.evidence_intro)];
    if f.evidence_summary.is_empty() {
        blocks.push(paragraph(words.no_evidence));
    } else {
        blocks.push(methods(w));
        blocks.extend(charts::timeline(w));
        if !f.evidence.is_empty() {
            blocks.push(ledger(w, "ledger", words.t_ledger, f.evidence.iter()));
        }
    }
    let mut out = section("evidence", words.h_evidence, blocks);
    out.new_page = true;
    out
}

fn methods(w: &mut Writer<'_>) -> Block {
    let (words, f) = (w.w, w.f);
    let columns = [
        words_col(words.c_method, 2.0),
        number_col(words.c_found, 0.8),
        number_col(words.c_remediated, 0.9),
        number_col(words.c_not_found, 0.9),
        number_col(words.c_last, 0.8),
        number_col(words.c_finds, 1.4),
        number_col(words.c_up, 1.0),
        number_col(words.c_down, 1.0),
    ];
    let rows: Vec<Vec<Cell>> = f
        .evidence_summary
        .iter()
        .map(|s| {
            vec![
                text(w.named("method", &s.method)),
                Cell::Text(n(s.found)),
                Cell::Text(n(s.remediated)),
                Cell::Text(n(s.not_found)),
                number(s.last_year.to_string()),
                s.sensitivity.map_or_else(|| text("–"), |se| bar(percent(se), se)),
                number(log_odds(s.up)),
                number(log_odds(s.down)),
            ]
        })
        .collect();
    w.table("methods", Text::plain(words.t_methods), &columns, rows.into_iter(), 20)
}

/// Items of evidence with what each is worth.
pub(super) fn ledger<'i>(w: &mut Writer<'_>, id: &str, caption: &str, items: impl Iterator<Item = &'i Item>) -> Block {
    let words = w.w;
    let columns = [
        words_col(words.c_item, 1.0),
        words_col(words.c_site, 2.2),
        words_col(words.c_date, 1.1),
        words_col(words.c_method, 1.7),
        words_col(words.c_finding, 1.6),
        words_col(words.c_counted, 0.9),
        number_col(words.c_weight, 0.9),
        number_col(words.c_log_odds, 1.0),
        number_col(words.c_without, 1.1),
        number_col(words.c_with, 1.0),
    ];
    let rows: Vec<Vec<Cell>> = items.map(|i| row(w, i)).collect();
    w.table(id, Text::plain(caption), &columns, rows.into_iter(), LISTED)
}

fn row(w: &Writer<'_>, i: &Item) -> Vec<Cell> {
    let words = w.w;
    let mut finding = format!("{}: {}", w.named("finding", &i.finding), w.named("hazard", &i.hazard));
    if i.remediated_on.is_some() {
        finding = format!("{finding} ({})", words.legend_remediated);
    }
    let counted = match (i.girls, i.boys) {
        (None, None) => text("–"),
        (girls, boys) => number(format!("{} / {}", shown(girls), shown(boys))),
    };
    vec![
        Cell::Text(Text::name(&i.id)),
        Cell::Text(w.site(&i.site)),
        number(&i.date),
        text(w.named("method", &i.method)),
        text(finding),
        counted,
        bar(percent(i.weight), i.weight),
        number(log_odds(i.log_odds)),
        number(probability(i.without)),
        number(probability(i.with)),
    ]
}

fn shown(count: Option<u32>) -> String {
    count.map_or_else(|| "–".to_owned(), |c| c.to_string())
}

pub(super) fn follow_ups(w: &mut Writer<'_>) -> Option<Section> {
    let (words, f) = (w.w, w.f);
    if w.public() {
        return None;
    }
    if f.follow_ups.is_empty() {
        return Some(section("follow", words.h_follow, vec![paragraph(words.no_follow)]));
    }
    let columns = [
        words_col(words.c_site, 2.2),
        words_col(words.c_item, 0.9),
        words_col(words.c_date, 1.0),
        words_col(words.c_method, 1.4),
        words_col(words.c_hazard, 1.3),
        number_col(words.c_weight, 0.8),
        words_col(words.c_what, 3.6),
    ];
    let rows: Vec<Vec<Cell>> = f
        .follow_ups
        .iter()
        .map(|u| {
            vec![
                Cell::Text(w.site(&u.site)),
                Cell::Text(Text::name(&u.item)),
                number(&u.date),
                text(w.named("method", &u.method)),
                text(w.named("hazard", &u.hazard)),
                number(percent(u.weight)),
                text(w.named("follow", &u.kind)),
            ]
        })
        .collect();
    let table = w.table("follow-table", Text::plain(words.t_follow), &columns, rows.into_iter(), LISTED);
    Some(section("follow", words.h_follow, vec![table]))
}
