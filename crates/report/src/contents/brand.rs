//! The brand's due diligence report.

use super::writer::Writer;
use super::{actions, annex, chain, cover, evidence, frameworks, known, pages, places, plan, sites};
use crate::document::Section;

/// Sites of the table of what to look at first.
const FIRST: usize = 25;

pub(super) fn sections(w: &mut Writer<'_>) -> Vec<Section> {
    let (title, caption) = (w.w.h_first, w.w.t_first);
    let mut out = vec![cover::short(w), known::scope(w), known::known(w)];
    out.push(chain::linked(w));
    out.push(places::hot_spots(w));
    out.extend(sites::first(w, title, caption, FIRST));
    out.push(sites::control(w));
    out.push(evidence::evidence(w));
    out.extend(evidence::follow_ups(w));
    out.push(actions::actions(w));
    out.extend(plan::plan(w));
    out.extend(frameworks::frameworks(w));
    out.extend(pages::pages(w));
    out.push(annex::annex(w));
    out
}
