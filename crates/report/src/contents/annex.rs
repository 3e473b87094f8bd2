//! Every site and every source, and what the report cannot say.

use super::cover::digest;
use super::sites;
use super::writer::{Writer, number, number_col, section, text, words_col};
use crate::document::{Block, Cell, Section, Text};
use crate::format::whole;
use crate::language::Language;
use crate::words::fill;

/// Sources that are listed.
const SOURCES: usize = 400;

pub(super) fn annex(w: &mut Writer<'_>) -> Section {
    let words = w.w;
    let mut out = section("annex", words.h_annex, Vec::new());
    out.new_page = true;
    out.sections.push(sites::all(w));
    out.sections.push(sources(w));
    out.sections.push(limits(w));
    out
}

fn sources(w: &mut Writer<'_>) -> Section {
    let (words, f) = (w.w, w.f);
    let columns = [
        words_col(words.c_key, 1.4),
        words_col(words.c_title, 2.8),
        words_col(words.c_publisher, 1.6),
        words_col(words.c_year, 0.7),
        words_col(words.c_grade, 0.7),
        number_col(words.c_rows, 0.6),
        words_col(words.c_caveats, 2.4),
    ];
    let rows: Vec<Vec<Cell>> = f
        .sources
        .iter()
        .map(|s| {
            let named = |x: &str| if x.is_empty() { text("–") } else { Cell::Text(Text::name(x)) };
            vec![
                Cell::Text(Text::name(&s.key)),
                named(&s.title),
                named(&s.publisher),
                if s.year.is_empty() { text("–") } else { number(&s.year) },
                if s.grades.is_empty() { text("–") } else { text(&s.grades) },
                number(whole(s.rows as f64)),
                named(&s.caveats),
            ]
        })
        .collect();
    let table = w.table("sources-table", Text::plain(words.t_sources), &columns, rows.into_iter(), SOURCES);
    section("sources", words.h_sources, vec![table])
}

fn limits(w: &Writer<'_>) -> Section {
    let words = w.w;
    let mut points = vec![words.limit_1, words.limit_2, words.limit_3, words.limit_4];
    if w.language != Language::English {
        points.push(words.limit_translation);
    }
    let rebuild = fill(words.rebuild, &[("digest", Text::number(digest(w)))]);
    let points = Block::Points(points.into_iter().map(Text::plain).collect());
    section("limits", words.h_limits, vec![points, Block::Paragraph(rebuild)])
}
