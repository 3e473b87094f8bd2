//! The inspectorate's brief.

use super::writer::{Writer, paragraph, section};
use super::{actions, annex, cover, evidence, frameworks, known, pages, places, plan, sites};
use crate::document::{Block, Section, Text};

/// Sites of the table of what to look at first.
const FIRST: usize = 50;

pub(super) fn sections(w: &mut Writer<'_>) -> Vec<Section> {
    let (title, caption) = (w.w.h_first, w.w.t_first);
    let mut out = vec![cover::short(w), places::districts_section(w), places::season(w)];
    out.extend(sites::first(w, title, caption, FIRST));
    out.extend(plan::plan(w));
    out.push(visiting(w));
    out.push(actions::referral(w));
    out.push(sites::control(w));
    out.push(evidence::evidence(w));
    out.extend(evidence::follow_ups(w));
    out.push(known::scope(w));
    out.push(known::known(w));
    out.extend(frameworks::frameworks(w));
    out.extend(pages::pages(w));
    out.push(annex::annex(w));
    out
}

fn visiting(w: &mut Writer<'_>) -> Section {
    let words = w.w;
    let points = [words.visiting_1, words.visiting_2, words.visiting_3, words.visiting_4].map(Text::plain);
    let mut blocks = vec![Block::Points(points.into()), paragraph(words.visits_intro)];
    blocks.extend(actions::look(w));
    if w.f.plan.is_none() {
        blocks.push(paragraph(words.no_plan));
    }
    section("visiting", words.h_visiting, blocks)
}
