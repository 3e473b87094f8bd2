//! The exporter's audit pack.

use super::writer::Writer;
use super::{actions, annex, chain, cover, evidence, frameworks, known, pages, plan, sites};
use crate::document::Section;

/// Sites that are ranked in the document; all are in the annex.
const RANKED: usize = 200;

pub(super) fn sections(w: &mut Writer<'_>) -> Vec<Section> {
    let (title, caption) = (w.w.h_first, w.w.t_my_sites);
    let mut out = vec![cover::short(w)];
    out.extend(sites::first(w, title, caption, RANKED));
    out.extend(plan::plan(w));
    out.extend(pages::all_visits(w));
    out.extend(pages::all_questions(w));
    out.extend(evidence::follow_ups(w));
    out.push(actions::actions(w));
    out.push(known::known(w));
    if !w.f.buyers.is_empty() {
        out.push(chain::linked(w));
    }
    out.push(evidence::evidence(w));
    out.extend(frameworks::frameworks(w));
    out.extend(pages::pages(w));
    out.push(annex::annex(w));
    out
}
