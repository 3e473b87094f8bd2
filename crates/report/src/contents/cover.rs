//! Cover, frame and footer; the first section.

use super::writer::{Writer, join, n, paragraph, section};
use crate::document::{Block, Callout, CalloutKind, Document, Frame, KeyFigure, Section, Text};
use crate::findings::Purpose;
use crate::format::{count, percent, whole};
use crate::language::Language;
use crate::words::{fill, plain};

/// Buyers that a subtitle names.
const NAMED: usize = 3;

pub(super) fn document(w: &Writer<'_>, sections: Vec<Section>) -> Document {
    let (words, f) = (w.w, w.f);
    let (title, description) = match f.purpose {
        Purpose::Brand => (words.title_brand, words.description_brand),
        Purpose::Exporter => (words.title_exporter, words.description_exporter),
        Purpose::Inspectorate => (words.title_inspectorate, words.description_inspectorate),
    };
    let frame = Frame {
        contents: words.contents.to_owned(),
        page: words.page.to_owned(),
        of: words.of.to_owned(),
        twin: words.twin.to_owned(),
        twins: words.twins.to_owned(),
        skip: words.skip.to_owned(),
        filter: words.filter.to_owned(),
        more_rows: words.more_rows.to_owned(),
        show_all: words.show_all.to_owned(),
        source: words.source.to_owned(),
        required: words.required.to_owned(),
        answer: words.answer.to_owned(),
    };
    let audience = if w.public() { words.audience_public } else { words.audience_internal };
    let scope = fill(
        words.fact_scope_is,
        &[("sites", n(f.scope.sites)), ("links", n(f.scope.links)), ("agents", n(f.scope.agents)), ("evidence", n(f.scope.evidence))],
    );
    Document {
        language: w.language,
        title: Text::plain(title),
        subtitle: subtitle(w),
        facts: vec![
            (Text::plain(words.fact_date), Text::number(&f.run.as_of)),
            (Text::plain(words.fact_scope), scope),
            (Text::plain(words.fact_audience), Text::plain(audience)),
            (Text::plain(words.fact_basis), Text::plain(words.basis_is)),
        ],
        // a run's day was read from a date
        date: f.run.as_of.parse().unwrap_or(jiff::civil::Date::ZERO),
        description: description.to_owned(),
        sections,
        footer: footer(w),
        frame,
    }
}

/// Buyers of the scope by name.
pub(super) fn buyers(w: &Writer<'_>) -> Text {
    let names: Vec<Text> = w.f.buyers.iter().take(NAMED).map(|b| w.short(&b.site)).collect();
    let more = (w.f.buyers.len() + w.f.more_buyers).saturating_sub(NAMED);
    let names = join(names, ", ");
    if more > 0 { fill(w.w.and_more, &[("names", names), ("n", n(more))]) } else { names }
}

fn subtitle(w: &Writer<'_>) -> Text {
    let sites = n(w.f.scope.sites);
    if w.f.scope.of_buyers {
        fill(w.w.subtitle_buyers, &[("buyers", buyers(w)), ("sites", sites)])
    } else {
        fill(w.w.subtitle_whole, &[("sites", sites)])
    }
}

/// First letters of the digest: enough to tell inputs apart.
pub(super) fn digest<'a>(w: &Writer<'a>) -> &'a str {
    w.f.run.input_digest.get(..16).unwrap_or(&w.f.run.input_digest)
}

pub(super) fn footer(w: &Writer<'_>) -> Text {
    let run = &w.f.run;
    let packs: Vec<String> =
        run.packs.iter().map(|p| format!("{} {} ({})", p.name, p.version, p.sha256.get(..8).unwrap_or(&p.sha256))).collect();
    let mut footer = fill(
        w.w.footer,
        &[
            ("engine", Text::number(&run.engine)),
            ("method", Text::number(&run.method)),
            ("packs", Text::number(packs.join(", "))),
            ("digest", Text::number(digest(w))),
            ("date", Text::number(&run.as_of)),
        ],
    );
    if w.language != Language::English {
        footer = join(vec![footer, Text::plain(w.w.footer_translation)], " · ");
    }
    footer
}

/// "In short": key figures, care, how to read.
pub(super) fn short(w: &Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let mut figures = Vec::new();
    if let Some(b) = f.buyers.first().filter(|_| f.purpose != Purpose::Inspectorate) {
        let share = &b.linked.child_labour.share;
        figures.push(KeyFigure {
            value: Text::number(percent(share.value)),
            interval: interval(w, share.interval, percent),
            label: fill(words.key_linked, &[("buyer", w.short(&b.site))]),
            note: Some(Text::plain(words.key_linked_note)),
        });
        figures.push(KeyFigure {
            value: Text::number(percent(1.0 - b.traced_share)),
            interval: None,
            label: Text::plain(words.key_dark),
            note: Some(Text::plain(words.key_dark_note)),
        });
    }
    let children = &f.coverage.children.child_labour;
    let kept = || Text::plain(words.withheld_short);
    let shown = |x: Option<f64>| x.map_or_else(kept, |x| Text::number(count(x)));
    figures.push(KeyFigure {
        value: shown(children.total),
        interval: interval(w, children.interval, count),
        label: Text::plain(words.key_children),
        note: Some(fill(words.key_children_note, &[("girls", shown(children.girls)), ("boys", shown(children.boys))])),
    });
    figures.push(KeyFigure {
        value: Text::number(count(f.coverage.sites_with_children.child_labour)),
        interval: None,
        label: Text::plain(words.key_sites),
        note: Some(fill(words.key_sites_note, &[("sites", n(f.scope.sites))])),
    });
    figures.push(KeyFigure {
        value: Text::number(whole(f.coverage.with_findings as f64)),
        interval: None,
        label: Text::plain(words.key_findings),
        note: Some(fill(words.key_findings_note, &[("looked", n(f.coverage.looked_at)), ("sites", n(f.scope.sites))])),
    });
    let draws = if f.run.draws > 0 { fill(words.reading_3, &[("draws", n(f.run.draws))]) } else { Text::plain(words.reading_no_draws) };
    let mut reading = vec![Text::plain(words.reading_1), Text::plain(words.reading_2), draws, Text::plain(words.reading_4)];
    if w.public() {
        reading.push(Text::plain(plain(words.public_note, &[("rule", words.public_rule)])));
    }
    let reading = Callout { kind: CalloutKind::Key, title: Text::plain(words.reading_title), blocks: vec![Block::Points(reading)] };
    section("short", words.h_short, vec![Block::KeyFigures(figures), care(w), Block::Callout(reading)])
}

fn interval(w: &Writer<'_>, interval: Option<[f64; 2]>, show: fn(f64) -> String) -> Option<Text> {
    let [low, high] = interval?;
    Some(fill(w.w.interval_90, &[("low", Text::number(show(low))), ("high", Text::number(show(high)))]))
}

/// Children first, and no leaving.
pub(super) fn care(w: &Writer<'_>) -> Block {
    let blocks = vec![paragraph(w.w.care_1), paragraph(w.w.care_2), paragraph(w.w.care_3)];
    Block::Callout(Callout { kind: CalloutKind::Care, title: Text::plain(w.w.care_title), blocks })
}
