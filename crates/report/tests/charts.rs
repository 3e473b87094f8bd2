//! Charts as SVG: well-formed, finite, the same every time, whatever is in them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::charts;
use tierlight_report::chart::{Canvas, Chart, Picture, draw};
use tierlight_report::document::Text;
use tierlight_report::language::Language;

fn all(language: Language) -> [Chart; 6] {
    [
        charts::intervals(language),
        charts::waterfall(language),
        charts::flow(language),
        charts::map(language),
        charts::timeline(language),
        charts::bars(language),
    ]
}

fn canvases(language: Language) -> [Canvas<'static>; 2] {
    [Canvas::WIDE, Canvas::NARROW].map(|width| Canvas { width, language, font: "Noto Sans, sans-serif" })
}

/// Elements open and close in order; attributes are quoted; no character is left that XML forbids.
fn check_xml(svg: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut reader = quick_xml::Reader::from_str(svg);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(e) => open.push(e.name().0.to_owned()),
            quick_xml::events::Event::End(e) => assert_eq!(open.pop().as_deref(), Some(e.name().0)),
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "a number that is none");
    let forbidden = |c: char| c.is_control() || c == '\u{fffe}' || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!svg.chars().any(forbidden), "a character that is none");
}

#[test]
fn every_chart_is_well_formed_and_says_what_it_shows() {
    for language in [Language::English, Language::Urdu] {
        for chart in all(language) {
            for canvas in canvases(language) {
                let drawing = draw(&chart, &canvas);
                check_xml(&drawing.svg);
                assert!(drawing.svg.contains("role=\"img\"") && drawing.svg.contains("<desc"), "{}", chart.id);
                assert!(drawing.svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "));
                assert!(drawing.height > 50 && drawing.height < 2_000, "{} is {} high", chart.id, drawing.height);
                assert_eq!(drawing, draw(&chart, &canvas));
            }
        }
    }
}

#[test]
fn values_that_are_none_and_rows_that_are_nowhere_do_no_harm() {
    let mut broken = all(Language::English);
    for chart in &mut broken {
        match &mut chart.picture {
            Picture::Intervals(p) => {
                p.axis.range = [0.0, 0.0];
                p.rows[0].at = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
            }
            Picture::Waterfall(p) => p.terms[1].value = f64::NAN,
            Picture::Flow(p) => {
                p.nodes[1].value = f64::INFINITY;
                p.nodes[2].stage = 99;
                p.bands[0].from = 77;
                p.bands[1].value = -1.0;
            }
            Picture::Map(p) => {
                p.regions[0].rings[0][1] = [f64::NAN, 1e300];
                p.regions[1].rings.clear();
                p.regions[2].value = Some(f64::NAN);
                p.classes.clear();
            }
            Picture::Timeline(p) => {
                p.events[0].lane = 12;
                p.events[1].weight = f64::NAN;
                p.events[2].day = f64::INFINITY;
            }
            Picture::Bars(p) => {
                p.rows[0].parts = vec![f64::NAN, -4.0, 1e300];
                p.rows[1].parts.clear();
                p.parts.truncate(1);
            }
        }
        for canvas in canvases(Language::Urdu) {
            check_xml(&draw(chart, &canvas).svg);
        }
    }
}

#[test]
fn empty_charts_are_drawn() {
    for mut chart in all(Language::English) {
        match &mut chart.picture {
            Picture::Intervals(p) => p.rows.clear(),
            Picture::Waterfall(p) => p.terms.clear(),
            Picture::Flow(p) => {
                p.stages.clear();
                p.nodes.clear();
                p.bands.clear();
            }
            Picture::Map(p) => {
                p.regions.clear();
                p.lines.clear();
            }
            Picture::Timeline(p) => {
                p.lanes.clear();
                p.ticks.clear();
            }
            Picture::Bars(p) => {
                p.rows.clear();
                p.parts.clear();
            }
        }
        for canvas in canvases(Language::English) {
            check_xml(&draw(&chart, &canvas).svg);
        }
    }
}

/// Lengths of the shapes say the numbers: a bar twice as long for a value twice as large.
#[test]
fn lengths_are_values() {
    let mut chart = charts::bars(Language::English);
    let Picture::Bars(bars) = &mut chart.picture else { panic!("bars") };
    bars.parts.truncate(1);
    for (row, value) in bars.rows.iter_mut().zip([10.0, 20.0, 40.0]) {
        (row.parts, row.interval) = (vec![value], None);
    }
    let svg = draw(&chart, &canvases(Language::English)[0]).svg;
    let widths: Vec<f64> = svg
        .match_indices("<rect ")
        .map(|(at, _)| {
            let rest = &svg[at..];
            let width = &rest[rest.find("width=\"").unwrap() + 7..];
            width[..width.find('"').unwrap()].parse().unwrap()
        })
        .collect();
    assert_eq!(widths.len(), 3);
    assert!((widths[1] / widths[0] - 2.0).abs() < 0.02 && (widths[2] / widths[0] - 4.0).abs() < 0.02, "{widths:?}");
}

/// Every label that is cut is whole in the words a pointer shows, and nothing stands outside the picture.
#[test]
fn long_labels_are_cut_and_kept() {
    let long = "An invented company whose name goes on and on ".repeat(12);
    for language in [Language::English, Language::Urdu] {
        let mut chart = charts::intervals(language);
        let Picture::Intervals(intervals) = &mut chart.picture else { panic!("intervals") };
        intervals.rows[0].label = Text::name(long.clone());
        for canvas in canvases(language) {
            let svg = draw(&chart, &canvas).svg;
            assert!(svg.contains('…'));
            assert!(svg.contains(long.trim()));
        }
    }
}

/// Where only a corner of the map has values, that corner is drawn large, and an overview says where it is.
#[test]
fn maps_look_at_what_has_values() {
    let frame = "stroke=\"#b3471d\"";
    let mut chart = charts::map(Language::English);
    let [canvas, _] = canvases(Language::English);
    assert!(!draw(&chart, &canvas).svg.contains(frame), "the whole is shown");
    let Picture::Map(map) = &mut chart.picture else { panic!("map") };
    for region in &mut map.regions[1..] {
        region.value = None;
    }
    map.regions[5].rings[0].iter_mut().for_each(|p| p[0] += 9.0);
    let close = draw(&chart, &canvas).svg;
    check_xml(&close);
    assert!(close.contains(frame) && close.contains("clip-path"));
    assert!(!close.contains("Nowhere:"), "what lies outside the view is in the overview alone");
}
