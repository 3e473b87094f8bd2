//! Scope, method, and what is known, modelled and dark.

use super::cover::buyers;
use super::writer::{Writer, join, n, number, number_col, paragraph, section, text, words_col};
use crate::document::{Block, Callout, CalloutKind, Section, Text};
use crate::format::{percent, whole};
use crate::words::fill;

pub(super) fn scope(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let countries = join(f.scope.countries.keys().take(8).map(|c| w.country(c)).collect(), ", ");
    let names = [
        ("sites", n(f.scope.sites)),
        ("all", n(f.scope.sites_of_run)),
        ("links", n(f.scope.links)),
        ("countries", countries),
        ("buyers", buyers(w)),
    ];
    let intro = fill(if f.scope.of_buyers { words.scope_buyers } else { words.scope_whole }, &names);
    let rows: Vec<_> = f
        .run
        .tables
        .iter()
        .map(|t| {
            let numbers = [t.rows_in, t.used, t.merged, t.rejected].map(|x| number(whole(x as f64)));
            [text(w.named("table", &t.table))].into_iter().chain(numbers).collect()
        })
        .collect();
    let columns = [
        words_col(words.c_table, 2.0),
        number_col(words.c_rows_in, 1.0),
        number_col(words.c_used, 1.0),
        number_col(words.c_merged, 1.0),
        number_col(words.c_rejected, 1.0),
    ];
    let mut blocks = vec![Block::Paragraph(intro)];
    if !rows.is_empty() {
        blocks.push(w.table("tables", Text::plain(words.t_tables), &columns, rows.into_iter(), 50));
    }
    let steps = [words.method_1, words.method_2, words.method_3, words.method_4, words.method_5].map(Text::plain);
    let mut method = section("method", words.method_title, vec![Block::Steps(steps.into())]);
    method.new_page = false;
    let mut out = section("scope", words.h_scope, blocks);
    out.sections.push(method);
    out
}

pub(super) fn known(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let c = &f.coverage;
    let sites = || n(f.scope.sites);
    let share = |x: f64| Text::number(percent(x));
    let mut facts = vec![
        (words.known_placed, fill(words.known_placed_is, &[("placed", n(c.placed)), ("sites", sites()), ("border", n(c.border))])),
        (words.known_looked, fill(words.known_looked_is, &[("looked", n(c.looked_at)), ("sites", sites()), ("found", n(c.with_findings))])),
        (words.known_surveys, fill(words.known_surveys_is, &[("share", share(c.on_surveys))])),
        (words.known_unknown, fill(words.known_unknown_is, &[("share", share(c.unknown))])),
        (words.known_workers, fill(words.known_workers_is, &[("n", n(c.workers_assumed)), ("sites", sites())])),
    ];
    if f.scope.links > 0 {
        facts.push((words.known_shares, fill(words.known_shares_is, &[("n", n(c.shares_assumed)), ("links", n(f.scope.links))])));
    }
    if c.in_cycles > 0 {
        facts.push((words.known_cycles, n(c.in_cycles)));
    }
    let dark = if f.buyers.is_empty() {
        vec![paragraph(words.dark_no_links)]
    } else {
        let one = |b: &crate::findings::buyer::Buyer| {
            fill(words.dark_text, &[("dark", share(1.0 - b.traced_share)), ("buyer", w.short(&b.site))])
        };
        f.buyers.iter().take(2).map(|b| Block::Paragraph(one(b))).collect()
    };
    let facts = facts.into_iter().map(|(name, is)| (Text::plain(name), is)).collect();
    let gap = Callout { kind: CalloutKind::Gap, title: Text::plain(words.dark_title), blocks: dark };
    let mut blocks = vec![Block::Facts(facts), Block::Callout(gap)];
    if !f.run.issues.is_empty() {
        let rows: Vec<_> = f
            .run
            .issues
            .iter()
            .map(|i| vec![text(&i.code), text(w.named("severity", &i.severity)), number(whole(i.count as f64))])
            .collect();
        let columns = [words_col(words.c_code, 2.0), words_col(words.c_severity, 1.0), number_col(words.c_times, 1.0)];
        blocks.push(w.table("issues", Text::plain(words.issues_title), &columns, rows.into_iter(), 60));
    }
    section("known", words.h_known, blocks)
}
