//! What to do, and whom to refer to.

use super::cover::care;
use super::writer::{Writer, join, n, number, number_col, paragraph, section, text, words_col};
use crate::document::{Block, Cell, Section, Text};
use crate::findings::care::Action;
use crate::format::{percent, probability};
use crate::words::fill;

pub(super) fn actions(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let steps = f.actions.iter().map(|a| step(w, a)).collect();
    let mut blocks = vec![paragraph(words.do_intro), care(w), Block::Steps(steps)];
    blocks.extend(look(w));
    let mut out = section("do", words.h_do, blocks);
    out.new_page = true;
    out.sections.push(referral(w));
    out
}

fn step(w: &Writer<'_>, a: &Action) -> Text {
    let words = w.w;
    let template = match a.kind.as_str() {
        "remediate" => words.a_remediate,
        "support" => words.a_support,
        "look" => words.a_look,
        "disclose" => words.a_disclose,
        "agents" => words.a_agents,
        "purchasing" => words.a_purchasing,
        _ => words.a_repeat,
    };
    let mut parts = vec![fill(template, &[])];
    // sites to look at stand in a table of their own
    if !a.sites.is_empty() && a.kind != "look" {
        let mut names = join(a.sites.iter().map(|s| w.short(s)).collect(), ", ");
        if a.more > 0 {
            names = fill(words.sites_more, &[("sites", names), ("n", n(a.more))]);
        }
        parts.push(fill(words.sites_are, &[("sites", names)]));
    } else if w.public() && a.more > 0 {
        parts.push(fill(words.sites_kept, &[("n", n(a.more))]));
    }
    join(parts, " ")
}

/// The most telling visit at each site to look at first.
pub(super) fn look(w: &mut Writer<'_>) -> Option<Block> {
    let (words, f) = (w.w, w.f);
    let action = f.actions.iter().find(|a| a.kind == "look" && !a.visits.is_empty())?;
    let columns = [
        words_col(words.c_site, 2.4),
        words_col(words.c_place, 1.4),
        words_col(words.c_visit, 2.4),
        number_col(words.c_finds, 1.1),
        number_col(words.c_chance, 1.0),
        number_col(words.c_if_found, 1.0),
        number_col(words.c_if_not_found, 1.0),
        number_col(words.c_tells, 1.0),
    ];
    let rows: Vec<Vec<Cell>> = action
        .sites
        .iter()
        .zip(&action.visits)
        .map(|(site, v)| {
            vec![
                Cell::Text(w.site(site)),
                Cell::Text(w.place(site)),
                text(w.named("approach", &v.approach)),
                number(percent(v.sensitivity)),
                number(probability(v.finds)),
                number(probability(v.if_found)),
                number(probability(v.if_not_found)),
                number(percent(v.tells)),
            ]
        })
        .collect();
    Some(w.table("look", Text::plain(words.t_visits), &columns, rows.into_iter(), 20))
}

pub(super) fn referral(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let mut blocks = vec![paragraph(words.referral_intro)];
    if !f.referrals.services.is_empty() {
        let columns = [
            words_col(words.c_province, 1.2),
            words_col(words.c_service, 2.0),
            words_col(words.c_contact, 1.0),
            words_col(words.c_does, 2.6),
            words_col(words.c_caveats, 2.2),
            words_col(words.c_checked, 1.6),
        ];
        let rows: Vec<Vec<Cell>> = f
            .referrals
            .services
            .iter()
            .map(|s| {
                let place = if s.province.is_empty() {
                    join(vec![w.country(&s.country), Text::plain(words.everywhere)], ": ")
                } else {
                    w.province(&s.province)
                };
                let contact = if s.contact.is_empty() { Cell::Blank(Text::plain(words.no_contact)) } else { number(&s.contact) };
                let checked = vec![Text::plain(w.named("verification", &s.verification)), Text::number(&s.year), Text::name(&s.source)];
                let checked = checked.into_iter().filter(|t| !t.letters().is_empty()).collect();
                let caveats: Vec<Text> =
                    [&s.hours, &s.caveat].into_iter().filter(|t| !t.is_empty()).map(|t| Text::name(t.as_str())).collect();
                let caveats = if caveats.is_empty() { text("–") } else { Cell::Text(join(caveats, ". ")) };
                vec![
                    Cell::Text(place),
                    Cell::Text(Text::name(&s.service)),
                    contact,
                    Cell::Text(Text::name(&s.what)),
                    caveats,
                    Cell::Text(join(checked, ", ")),
                ]
            })
            .collect();
        blocks.push(w.table("services", Text::plain(words.t_referral), &columns, rows.into_iter(), 60));
    }
    if !f.referrals.provinces_without.is_empty() {
        let places = join(f.referrals.provinces_without.iter().map(|p| w.province(p)).collect(), ", ");
        blocks.push(Block::Paragraph(fill(words.referral_gap, &[("places", places)])));
    }
    if !f.referrals.countries_without.is_empty() {
        let places = join(f.referrals.countries_without.iter().map(|c| w.country(c)).collect(), ", ");
        blocks.push(Block::Paragraph(fill(words.referral_country_gap, &[("places", places)])));
    }
    section("referral", words.h_referral, blocks)
}
