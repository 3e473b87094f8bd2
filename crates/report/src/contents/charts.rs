//! Charts filled in from findings.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::writer::{Writer, n, number, number_col, text, with_interval, words_col};
use crate::chart::{
    Axis, BarRow, Bars, Chart, Event, Flow, FlowBand, FlowNode, IntervalRow, Intervals, Map, Picture, Region, Timeline, Waterfall,
    WaterfallTerm,
};
use crate::document::{Block, Cell, Text};
use crate::findings::buyer::{Buyer, Chain};
use crate::findings::page::Page;
use crate::findings::site::SiteFinding;
use crate::format::{count, log_odds, percent, probability, ticks};
use crate::words::{fill, plain};

/// An axis from 0, or from the least value below it, to the largest.
fn axis(title: &str, low: f64, high: f64, words: impl Fn(f64) -> String) -> Axis {
    let high = if high > low { high } else { low + 1.0 };
    let marks = ticks(low, high).into_iter().map(|x| (x, words(x))).collect();
    Axis { title: title.to_owned(), range: [low, high], ticks: marks }
}

/// Marks of shares without more digits than they need.
fn short_percent(x: f64) -> String {
    let p = (100.0 * x * 1e6).round() / 1e6;
    format!("{p} %")
}

/// Linked share of a buyer by tier, girls and boys.
pub(super) fn tiers(w: &mut Writer<'_>, k: usize, buyer: &Buyer, chain: &Chain) -> Block {
    let words = w.w;
    let label = |tier: usize, and_up: bool| match (tier, and_up) {
        (0, _) => words.tier_own.to_owned(),
        (t, false) => plain(words.tier_n, &[("n", &t.to_string())]),
        (t, true) => plain(words.tier_up, &[("n", &t.to_string())]),
    };
    // tiers where next to nothing is added stand in the table only
    let least = THIN * buyer.linked.child_labour.share.value;
    let rows: Vec<BarRow> = chain
        .tiers
        .iter()
        .filter(|t| t.girls.child_labour + t.boys.child_labour >= least)
        .map(|t| {
            let parts = vec![t.girls.child_labour, t.boys.child_labour];
            let whole: f64 = parts.iter().sum();
            BarRow { label: Text::plain(label(t.tier, t.and_up)), parts, interval: None, words: percent(whole) }
        })
        .collect();
    let most = rows.iter().max_by(|x, y| x.parts.iter().sum::<f64>().total_cmp(&y.parts.iter().sum()));
    let high = most.map_or(0.0, |r| r.parts.iter().sum::<f64>());
    let alternative = most.map_or_else(String::new, |r| plain(words.chart_tiers_alt, &[("share", &r.words), ("tier", &r.label.letters())]));
    let columns = [
        words_col(words.c_tier, 1.4),
        number_col(words.c_value_added, 1.0),
        number_col(words.c_dark_here, 1.0),
        number_col(words.c_girls, 1.0),
        number_col(words.c_boys, 1.0),
        number_col(words.c_linked, 1.0),
    ];
    let twin: Vec<Vec<Cell>> = chain
        .tiers
        .iter()
        .map(|t| {
            let (girls, boys) = (t.girls.child_labour, t.boys.child_labour);
            let numbers = [t.value, t.dark, girls, boys, girls + boys].map(|x| number(percent(x)));
            [text(label(t.tier, t.and_up))].into_iter().chain(numbers).collect()
        })
        .collect();
    let id = format!("tiers-{}", k + 1);
    let title = fill(words.chart_tiers, &[("buyer", w.short(&buyer.site))]);
    let twin = w.bare_table(&format!("{id}-data"), title.clone(), &columns, twin.into_iter(), 20);
    let bars =
        Bars { axis: axis(words.c_linked, 0.0, high, short_percent), parts: vec![words.c_girls.to_owned(), words.c_boys.to_owned()], rows };
    Block::Chart(Chart { id, title, alternative, picture: Picture::Bars(bars), twin, note: None })
}

/// Least part of a buyer's linked share that a band is drawn for.
const THIN: f64 = 0.002;

/// How linked share reaches a buyer.
pub(super) fn flow(w: &mut Writer<'_>, k: usize, buyer: &Buyer, chain: &Chain) -> Option<Block> {
    let words = w.w;
    let total: f64 = chain.flows.iter().filter(|f| f.tier == 0).map(|f| f.linked).sum();
    let bands: Vec<_> = chain.flows.iter().filter(|f| f.kind != "ends" && f.linked > THIN * total).collect();
    if total <= 0.0 || bands.is_empty() {
        return None;
    }
    let dark = "untraced";
    // nodes by stage and sector; `None` is all other sectors, and the dark comes last
    let mut keys: BTreeMap<(usize, bool, Option<&str>), f64> = BTreeMap::new();
    let first = chain.flows.iter().find(|f| f.tier == 0).and_then(|f| f.from.as_deref());
    keys.insert((0, false, first), total);
    for f in &bands {
        *keys.entry((f.tier + 1, f.kind == dark, f.to.as_deref())).or_default() += f.linked;
    }
    let index = |key: &(usize, bool, Option<&str>)| keys.keys().position(|k| k == key);
    let label = |sector: Option<&str>| sector.map_or_else(|| Text::plain(words.flow_other), |s| w.sector(s));
    let name = |key: &(usize, bool, Option<&str>)| match key {
        (0, _, _) => w.short(&buyer.site),
        (_, true, _) => Text::plain(words.flow_untraced),
        (_, false, sector) => label(*sector),
    };
    let nodes = keys
        .iter()
        .map(|(key, value)| FlowNode { stage: key.0, label: name(key), words: percent(*value), value: *value, dark: key.1 })
        .collect();
    let mut drawn = Vec::new();
    let mut twin = Vec::new();
    for f in &bands {
        let from = (f.tier, false, f.from.as_deref());
        let to = (f.tier + 1, f.kind == dark, f.to.as_deref());
        if let (Some(from), Some(to)) = (index(&from), index(&to)) {
            drawn.push(FlowBand { from, to, value: f.linked, dark: f.kind == dark });
        }
        let tier = if f.tier == 0 { words.tier_own.to_owned() } else { plain(words.tier_n, &[("n", &f.tier.to_string())]) };
        twin.push(vec![text(tier), Cell::Text(name(&from)), Cell::Text(name(&to)), number(percent(f.linked))]);
    }
    let stages = keys.keys().map(|k| k.0).max().unwrap_or(0);
    let stages =
        (0..=stages).map(|t| if t == 0 { words.tier_own.to_owned() } else { plain(words.tier_n, &[("n", &t.to_string())]) }).collect();
    let untraced = buyer.linked.child_labour.untraced / buyer.linked.child_labour.share.value.max(f64::MIN_POSITIVE);
    let alternative = plain(words.chart_flow_alt, &[("share", &percent(untraced))]);
    let columns = [words_col(words.c_tier, 1.0), words_col(words.c_from, 2.0), words_col(words.c_to, 2.0), number_col(words.c_linked, 1.0)];
    let id = format!("flow-{}", k + 1);
    let title = fill(words.chart_flow, &[("buyer", w.short(&buyer.site))]);
    let twin = w.bare_table(&format!("{id}-data"), title.clone(), &columns, twin.into_iter(), 60);
    let picture = Picture::Flow(Flow { stages, nodes, bands: drawn, dark_word: words.flow_untraced.to_owned() });
    Some(Block::Chart(Chart { id, title, alternative, picture, twin, note: Some(Text::plain(words.chart_flow_note)) }))
}

/// Sites with their likelihood.
pub(super) fn ranks(w: &mut Writer<'_>, sites: &[SiteFinding]) -> Option<Block> {
    let words = w.w;
    let first = sites.first()?;
    let rows: Vec<IntervalRow> = sites
        .iter()
        .map(|s| {
            let e = &s.presence.child_labour;
            let at = e.interval.map_or([e.value; 3], |[low, high]| [low, e.value, high]);
            IntervalRow {
                label: w.short(&s.site),
                at,
                words: with_interval(&probability(e.value), e.interval, probability),
                strong: s.recorded.as_deref().is_some_and(|r| r != "none"),
            }
        })
        .collect();
    let alternative =
        plain(words.chart_ranks_alt, &[("n", &sites.len().to_string()), ("share", &probability(first.presence.child_labour.value))]);
    let columns = [words_col(words.c_site, 3.0), number_col(words.c_presence, 2.0)];
    let twin = sites.iter().map(|s| vec![Cell::Text(w.site(&s.site)), Writer::likelihood(&s.presence.child_labour)]).collect::<Vec<_>>();
    let twin = w.bare_table("ranks-data", Text::plain(words.chart_ranks), &columns, twin.into_iter(), 60);
    let picture = Picture::Intervals(Intervals {
        axis: axis(words.axis_presence, 0.0, 1.0, short_percent),
        rows,
        strong_word: words.strong_word.to_owned(),
    });
    let title = Text::plain(words.chart_ranks);
    Some(Block::Chart(Chart { id: "ranks".to_owned(), title, alternative, picture, twin, note: None }))
}

/// Why a site is estimated as it is.
pub(super) fn waterfall(w: &mut Writer<'_>, id: &str, page: &Page) -> Option<Block> {
    let words = w.w;
    let shown: Vec<_> = page.terms.iter().filter(|t| t.known == "unknown" || t.value.abs() >= 0.0005).collect();
    let mut sum = 0.0;
    let (mut low, mut high) = (0.0f64, 0.0f64);
    for t in &page.terms {
        sum += t.value;
        (low, high) = (low.min(sum), high.max(sum));
    }
    let raises = page.terms.iter().filter(|t| t.value > 0.0).max_by(|x, y| x.value.total_cmp(&y.value));
    let term = raises.map_or_else(|| words.none.to_owned(), |t| w.named("term", &t.term));
    let alternative = plain(words.chart_waterfall_alt, &[("sum", &log_odds(sum)), ("share", &percent(page.prevalence)), ("term", &term)]);
    let terms = shown
        .iter()
        .map(|t| WaterfallTerm {
            label: Text::plain(w.named("term", &t.term)),
            value: t.value,
            words: log_odds(t.value),
            unknown: t.known == "unknown",
        })
        .collect();
    let columns = [
        words_col(words.c_term, 3.0),
        number_col(words.c_adds, 1.0),
        number_col(words.c_so_far, 1.0),
        words_col(words.c_known, 1.0),
        words_col(words.c_grade, 0.7),
        words_col(words.source, 2.0),
    ];
    let rows: Vec<Vec<Cell>> = page
        .terms
        .iter()
        .map(|t| {
            let grade = if t.grade.is_empty() { text("–") } else { text(&t.grade) };
            let source = if t.source.is_empty() { text("–") } else { Cell::Text(Text::name(&t.source)) };
            vec![
                text(w.named("term", &t.term)),
                number(log_odds(t.value)),
                number(percent(t.so_far)),
                text(w.named("known", &t.known)),
                grade,
                source,
            ]
        })
        .collect();
    let title = fill(words.chart_waterfall, &[("site", w.site(&page.site))]);
    let twin = w.bare_table(&format!("{id}-data"), title.clone(), &columns, rows.into_iter(), 60);
    let with_share = |x: f64| {
        let share = 1.0 / (1.0 + libm::exp(-x));
        format!("{} ({})", log_odds_tick(x), percent_tick(share))
    };
    let picture = Picture::Waterfall(Waterfall {
        axis: axis(words.axis_log_odds, low, high, with_share),
        terms,
        total: words.waterfall_total.to_owned(),
        total_words: format!("{} ({})", log_odds(sum), percent(page.prevalence)),
        unknown_word: words.waterfall_unknown.to_owned(),
    });
    (!page.terms.is_empty()).then(|| Block::Chart(Chart { id: id.to_owned(), title, alternative, picture, twin, note: None }))
}

fn log_odds_tick(x: f64) -> String {
    format!("{x}").replace('-', "−")
}

fn percent_tick(x: f64) -> String {
    if x >= 0.1 { format!("{:.0} %", 100.0 * x) } else { format!("{:.1} %", 100.0 * x) }
}

/// Lanes of a timeline.
const LANES: usize = 14;

/// Evidence by date: a lane for each site.
pub(super) fn timeline(w: &mut Writer<'_>) -> Option<Block> {
    let (words, f) = (w.w, w.f);
    let mut weights: BTreeMap<&str, f64> = BTreeMap::new();
    for item in &f.evidence {
        *weights.entry(item.site.id.as_deref()?).or_default() += item.log_odds.abs();
    }
    let mut order: Vec<(&str, f64)> = weights.into_iter().collect();
    order.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(y.0)));
    order.truncate(LANES);
    let lane = |id: Option<&str>| order.iter().position(|o| Some(o.0) == id);
    let shown: Vec<_> = f.evidence.iter().filter(|i| lane(i.site.id.as_deref()).is_some()).collect();
    let (first, last) = (shown.iter().map(|i| &i.date).min()?, shown.iter().map(|i| &i.date).max()?);
    let to: Date = f.run.as_of.parse().ok()?;
    let from: Date = first.parse().ok()?;
    let events: Vec<Event> = shown
        .iter()
        .filter_map(|i| {
            let words = format!("{} {}: {}, {}", i.date, i.id, w.named("method", &i.method), w.named("finding", &i.finding));
            Some(Event {
                lane: lane(i.site.id.as_deref())?,
                day: days(i.date.parse().ok()?),
                found: i.finding == "found",
                remediated: i.remediated_on.is_some(),
                weight: i.weight.clamp(0.0, 1.0),
                words,
            })
        })
        .collect();
    let lanes = order.iter().filter_map(|o| f.evidence.iter().find(|i| i.site.id.as_deref() == Some(o.0)));
    let lanes = lanes.map(|i| w.short(&i.site)).collect();
    // quarters while there are few years
    let months: &[i8] = if to.year() - from.year() < 3 { &[1, 4, 7, 10] } else { &[1] };
    let label = |y: i16, m: i8| if months.len() > 1 { format!("{y}-{m:02}") } else { y.to_string() };
    let years = from.year()..=to.year();
    let marks = years.flat_map(|y| months.iter().map(move |&m| (y, m))).map(|(y, m)| (days(date(y, m, 1)), label(y, m)));
    let range = [days(from) - 30.0, days(to) + 10.0];
    let marks = marks.filter(|m| (range[0]..=range[1]).contains(&m.0)).collect();
    let found = shown.iter().filter(|i| i.finding == "found").count();
    let alternative = plain(
        words.chart_timeline_alt,
        &[("n", &shown.len().to_string()), ("first", first), ("last", last), ("found", &found.to_string())],
    );
    let columns = [
        words_col(words.c_site, 2.0),
        words_col(words.c_date, 1.0),
        words_col(words.c_method, 2.0),
        words_col(words.c_finding, 1.0),
        number_col(words.c_weight, 1.0),
    ];
    let rows: Vec<Vec<Cell>> = shown
        .iter()
        .map(|i| {
            vec![
                Cell::Text(w.short(&i.site)),
                number(&i.date),
                text(w.named("method", &i.method)),
                text(w.named("finding", &i.finding)),
                number(percent(i.weight)),
            ]
        })
        .collect();
    let title = Text::plain(words.chart_timeline);
    let twin = w.bare_table("timeline-data", title.clone(), &columns, rows.into_iter(), 60);
    let legend = [words.legend_found, words.legend_not_found, words.legend_remediated, words.legend_weight].map(str::to_owned);
    let picture = Picture::Timeline(Timeline { range, ticks: marks, lanes, events, legend });
    Some(Block::Chart(Chart { id: "timeline".to_owned(), title, alternative, picture, twin, note: None }))
}

fn days(day: Date) -> f64 {
    day.duration_since(date(1970, 1, 1)).as_secs() as f64 / 86_400.0
}

/// Sectors that a chart shows.
const SECTORS: usize = 10;

/// Expected children by sector, girls and boys.
pub(super) fn sectors(w: &mut Writer<'_>) -> Option<Block> {
    let (words, f) = (w.w, w.f);
    let shown: Vec<_> = f
        .sectors
        .iter()
        .filter(|s| s.children.child_labour.girls.is_some() && s.children.child_labour.boys.is_some())
        .take(SECTORS)
        .collect();
    let first = shown.first()?;
    let cell = |s: &&crate::findings::hot_spots::SectorFinding| {
        let c = &s.children.child_labour;
        let parts = vec![c.girls.unwrap_or(0.0), c.boys.unwrap_or(0.0)];
        BarRow { label: w.sector(&s.sector), words: count(parts.iter().sum()), parts, interval: None }
    };
    let rows: Vec<BarRow> = shown.iter().map(cell).collect();
    let high = rows.iter().map(|r| r.parts.iter().sum::<f64>()).fold(0.0, f64::max);
    let alternative = plain(words.chart_sectors_alt, &[("first", &w.sector(&first.sector).letters())]);
    let columns =
        [words_col(words.c_sector, 3.0), number_col(words.c_girls, 1.0), number_col(words.c_boys, 1.0), number_col(words.c_children, 1.0)];
    let twin: Vec<Vec<Cell>> = rows
        .iter()
        .map(|r| {
            let numbers = [r.parts[0], r.parts[1], r.parts[0] + r.parts[1]].map(|x| number(count(x)));
            [Cell::Text(r.label.clone())].into_iter().chain(numbers).collect()
        })
        .collect();
    let title = Text::plain(words.chart_sectors);
    let twin = w.bare_table("sectors-data", title.clone(), &columns, twin.into_iter(), 20);
    let bars =
        Bars { axis: axis(words.c_children, 0.0, high, count_tick), parts: vec![words.c_girls.to_owned(), words.c_boys.to_owned()], rows };
    Some(Block::Chart(Chart { id: "sectors-chart".to_owned(), title, alternative, picture: Picture::Bars(bars), twin, note: None }))
}

fn count_tick(x: f64) -> String {
    if x >= 1.0 || x == 0.0 { crate::format::whole(x) } else { format!("{x}") }
}

/// Classes of a map.
const CLASSES: usize = 5;
/// Districts that are named on a map.
const NAMED: usize = 6;

/// Expected children by district.
pub(super) fn map(w: &mut Writer<'_>) -> Option<Block> {
    let (words, f) = (w.w, w.f);
    let geography = w.geography?;
    let value = |id: &str| f.districts.iter().find(|d| d.district == id);
    let of_shape = |shape: &crate::geography::Shape| value(&shape.id);
    let first = f.districts.first().filter(|_| geography.shapes.iter().any(|s| of_shape(s).is_some()))?;
    let highest = f.districts.iter().filter_map(|d| d.children.total).fold(0.0, f64::max);
    let bounds = classes(highest);
    let named: Vec<&str> = f.districts.iter().filter(|d| d.children.total.is_some()).take(NAMED).map(|d| d.district.as_str()).collect();
    let mut labelled: Vec<&str> = Vec::new();
    let mut regions = Vec::new();
    for shape in &geography.shapes {
        let found = of_shape(shape);
        let total = found.and_then(|d| d.children.total);
        let name = match found {
            Some(d) => w.district(&d.district),
            None => Text::name(shape.names.first().map_or(shape.id.as_str(), String::as_str)),
        };
        let label = found.map(|d| d.district.as_str()).filter(|d| named.contains(d) && !labelled.contains(d));
        labelled.extend(label);
        regions.push(Region {
            name,
            rings: shape.rings.clone(),
            value: total,
            words: total.map_or_else(|| words.map_no_value.to_owned(), count),
            labelled: label.is_some(),
        });
    }
    let above = |k: usize| bounds[k - 1];
    let class_words = |k: usize, bound: f64| {
        if k == 0 { plain(words.up_to, &[("n", &count_tick(bound))]) } else { format!("{}–{}", count_tick(above(k)), count_tick(bound)) }
    };
    let classes = bounds.iter().enumerate().map(|(k, &bound)| (class_words(k, bound), bound)).collect();
    let alternative =
        plain(words.chart_map_alt, &[("first", &w.district(&first.district).letters()), ("n", &f.districts.len().to_string())]);
    let columns = [words_col(words.c_district, 2.0), number_col(words.c_sites, 1.0), number_col(words.c_children, 1.5)];
    let rows: Vec<Vec<Cell>> =
        f.districts.iter().map(|d| vec![Cell::Text(w.district(&d.district)), Cell::Text(n(d.sites)), w.children(&d.children)]).collect();
    let title = Text::plain(words.chart_map);
    let twin = w.bare_table("map-data", title.clone(), &columns, rows.into_iter(), 200);
    let picture = Picture::Map(Map {
        regions,
        lines: geography.lines.clone(),
        classes,
        legend: words.map_legend.to_owned(),
        no_value: words.map_no_value.to_owned(),
        disclaimer: words.map_disclaimer.to_owned(),
    });
    Some(Block::Chart(Chart { id: "map".to_owned(), title, alternative, picture, twin, note: None }))
}

/// Upper bounds of classes at round numbers, a factor of about three apart.
fn classes(highest: f64) -> Vec<f64> {
    let mut bounds = vec![1.0];
    let mut next = [3.0, 10.0].into_iter().cycle();
    let mut scale = 1.0;
    while bounds.last().is_some_and(|last| *last < highest) && bounds.len() < 40 {
        let factor = next.next().unwrap_or(10.0);
        bounds.push(factor * scale);
        if factor >= 10.0 {
            scale *= 10.0;
        }
    }
    bounds.split_off(bounds.len().saturating_sub(CLASSES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_every_value() {
        assert_eq!(classes(0.4), [1.0]);
        assert_eq!(classes(109.0), [3.0, 10.0, 30.0, 100.0, 300.0]);
        assert_eq!(classes(2_000_000.0).last(), Some(&3_000_000.0));
    }
}
