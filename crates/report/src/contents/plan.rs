//! The plan that goes with a report.

use super::sites::why;
use super::writer::{Writer, join, n, number, number_col, paragraph, section, text, words_col};
use crate::document::{Block, Cell, Section, Text};
use crate::findings::plan::{Audits, Chain, Inspections, Plan, Visit};
use crate::format::{count, percent, probability, whole};
use crate::words::fill;

/// Rows of a table of visits.
const SHOWN: usize = 400;
/// Things that do not fit, and are told.
const UNMET: usize = 30;

/// The plan's section, if there is a plan.
pub(super) fn plan(w: &mut Writer<'_>) -> Option<Section> {
    let mut out = match w.f.plan.as_ref()? {
        Plan::Inspectorate(p) => inspections(w, p),
        Plan::Exporter(p) => audits(w, p),
        Plan::Brand(p) => chain(w, p),
    };
    out.new_page = true;
    Some(out)
}

fn inspections(w: &mut Writer<'_>, p: &Inspections) -> Section {
    let words = w.w;
    let random = p.visits.iter().filter(|v| v.kind == "random").count();
    let days: u32 = p.teams.iter().map(|t| t.days_used).sum();
    let mut blocks = vec![Block::Paragraph(fill(
        words.plan_intro,
        &[
            ("visits", n(p.visits.len())),
            ("teams", n(p.teams.len())),
            ("days", n(days as usize)),
            ("random", n(random)),
            ("sites", n(p.random_sites as usize)),
        ],
    ))];
    if p.slack > 0 {
        blocks.push(Block::Paragraph(fill(words.plan_slack, &[("sites", n(p.slack))])));
    }
    if p.school_holidays > 0 {
        blocks.push(Block::Paragraph(fill(words.plan_school, &[("sites", n(p.school_holidays))])));
    }
    blocks.push(teams(w, p));
    blocks.push(compared(w, p));
    blocks.push(Block::Paragraph(fill(words.plan_gap, &[("gap", Text::number(percent(p.gap)))])));
    blocks.push(visits(w, p));
    if !p.unmet.is_empty() {
        blocks.push(paragraph(words.plan_unmet));
        blocks.push(Block::Points(p.unmet.iter().take(UNMET).map(|line| Text::name(line.as_str())).collect()));
        if p.unmet.len() > UNMET {
            blocks.push(Block::Paragraph(fill(words.of_rows, &[("n", n(UNMET)), ("all", n(p.unmet.len()))])));
        }
    }
    let title = fill(words.h_plan, &[("month", Text::plain(month(w, &p.month)))]).letters();
    section("plan", &title, blocks)
}

/// A month as people say it: `2027-02` is February 2027.
fn month(w: &Writer<'_>, text: &str) -> String {
    match text.split_once('-') {
        Some((year, month)) => format!("{} {year}", w.named("month", month.trim_start_matches('0'))),
        None => text.to_owned(),
    }
}

fn girls_boys(girls: f64, boys: f64) -> Cell {
    number(format!("{} ({}/{})", count(girls + boys), count(girls), count(boys)))
}

fn teams(w: &mut Writer<'_>, p: &Inspections) -> Block {
    let words = w.w;
    let children = w.girls_boys(words.c_reached);
    let columns = [
        words_col(words.c_team, 1.4),
        number_col(words.c_days, 1.0),
        number_col(words.c_visits, 1.0),
        number_col(words.c_driving, 1.0),
        number_col(&children, 1.6),
    ];
    let rows: Vec<Vec<Cell>> = p
        .teams
        .iter()
        .map(|t| {
            let own = || p.visits.iter().filter(|v| v.team == t.team);
            vec![
                Cell::Text(Text::name(&t.team)),
                number(format!("{} / {}", t.days_used, t.days)),
                Cell::Text(n(t.visits)),
                number(format!("{:.0}", t.driving_hours)),
                girls_boys(own().map(|v| v.girls).sum(), own().map(|v| v.boys).sum()),
            ]
        })
        .collect();
    w.table("plan-teams", Text::plain(words.t_teams), &columns, rows.into_iter(), SHOWN)
}

fn compared(w: &mut Writer<'_>, p: &Inspections) -> Block {
    let words = w.w;
    let children = w.girls_boys(words.c_reached);
    let columns = [
        words_col(words.c_choice, 2.6),
        number_col(words.c_days, 0.8),
        number_col(words.c_visits, 0.8),
        number_col(&children, 1.6),
        number_col(words.c_a_day, 1.0),
        number_col(words.c_a_visit, 1.0),
    ];
    let rows: Vec<Vec<Cell>> = p
        .compared
        .iter()
        .map(|c| {
            vec![
                text(w.named("choice", &c.of)),
                number(format!("{:.0}", c.days)),
                number(format!("{:.0}", c.visits)),
                girls_boys(c.girls, c.boys),
                number(format!("{:.2}", c.a_day)),
                number(format!("{:.2}", c.a_visit)),
            ]
        })
        .collect();
    w.table("plan-compared", Text::plain(words.t_compared), &columns, rows.into_iter(), SHOWN)
}

/// Why a site is on a plan: its kind, and what is known of it unless chance chose it.
fn reasons(w: &Writer<'_>, v: &Visit) -> Text {
    let kind = Text::plain(w.named("visit", &v.kind));
    if v.kind == "random" { kind } else { join(vec![kind, why(w, &v.site)], ": ") }
}

fn visits(w: &mut Writer<'_>, p: &Inspections) -> Block {
    let words = w.w;
    let columns = [
        number_col(words.c_date, 1.3),
        words_col(words.c_team, 1.0),
        words_col(words.c_site, 2.4),
        words_col(words.c_place, 1.4),
        words_col(words.c_method, 1.4),
        number_col(words.c_presence, 1.0),
        number_col(words.c_reached, 1.0),
        words_col(words.c_why, 2.8),
    ];
    let rows: Vec<Vec<Cell>> = p
        .visits
        .iter()
        .map(|v| {
            let day = if v.date.is_empty() { v.day.to_string() } else { v.date.clone() };
            vec![
                number(format!("{day} {}", v.starts)),
                Cell::Text(Text::name(&v.team)),
                Cell::Text(w.site(&v.site.site)),
                Cell::Text(w.place(&v.site.site)),
                text(w.named("method", &v.method)),
                number(probability(v.site.presence.child_labour.value)),
                number(count(v.girls + v.boys)),
                Cell::Text(reasons(w, v)),
            ]
        })
        .collect();
    w.table("plan-visits", Text::plain(words.t_plan_visits), &columns, rows.into_iter(), SHOWN)
}

fn audits(w: &mut Writer<'_>, p: &Audits) -> Section {
    let words = w.w;
    let money = |x: f64| Text::number(whole(x));
    let mut blocks = vec![Block::Paragraph(fill(
        words.plan_budget,
        &[("visits", n(p.visits.len())), ("spent", money(p.spent)), ("budget", money(p.budget)), ("gap", Text::number(percent(p.gap)))],
    ))];
    let columns = [
        words_col(words.c_site, 2.4),
        words_col(words.c_place, 1.4),
        words_col(words.c_visit, 2.2),
        number_col(words.c_cost, 1.0),
        number_col(words.c_chance, 1.0),
        number_col(words.c_if_found, 1.0),
        number_col(words.c_if_not_found, 1.0),
        words_col(words.c_why, 2.6),
    ];
    let rows: Vec<Vec<Cell>> = p
        .visits
        .iter()
        .map(|v| {
            let kind = Text::plain(w.named("visit", &v.kind));
            vec![
                Cell::Text(w.site(&v.site.site)),
                Cell::Text(w.place(&v.site.site)),
                text(w.named("approach", &v.way)),
                number(whole(v.cost)),
                number(probability(v.finds)),
                number(probability(v.if_found)),
                number(probability(v.if_not_found)),
                Cell::Text(join(vec![kind, why(w, &v.site)], ": ")),
            ]
        })
        .collect();
    blocks.push(w.table("plan-visits", Text::plain(words.t_audits), &columns, rows.into_iter(), SHOWN));
    if !p.unmet.is_empty() {
        let sites = join(p.unmet.iter().take(UNMET).map(|id| Text::name(id.as_str())).collect(), ", ");
        blocks.push(Block::Paragraph(fill(words.plan_unaffordable, &[("n", n(p.unmet.len())), ("sites", sites)])));
    }
    section("plan", words.h_audits, blocks)
}

fn chain(w: &mut Writer<'_>, p: &Chain) -> Section {
    let words = w.w;
    let interval = format!("{} [{}, {}]", percent(p.linked), percent(p.interval[0]), percent(p.interval[1]));
    let hazard = Text::plain(w.named("hazard", &p.hazard));
    let mut blocks = vec![Block::Paragraph(fill(
        words.plan_chain,
        &[("buyer", w.site(&p.buyer)), ("share", Text::number(interval)), ("hazard", hazard)],
    ))];
    let columns = [
        number_col(words.c_tier, 0.6),
        number_col(words.c_sites, 1.0),
        number_col(words.c_untraced, 1.0),
        number_col(words.c_linked, 1.0),
        number_col(words.c_narrower, 1.2),
    ];
    let tier = |t: &crate::findings::plan::Tier| {
        vec![
            number(t.tier.to_string()),
            Cell::Text(n(t.sites)),
            number(percent(t.untraced)),
            number(percent(t.linked)),
            number(percent(t.narrower.max(0.0))),
        ]
    };
    blocks.push(w.table("plan-tiers", Text::plain(words.t_tiers), &columns, p.tiers.iter().map(tier), SHOWN));
    let columns = [
        words_col(words.c_what, 2.0),
        words_col(words.c_site, 2.4),
        words_col(words.c_place, 1.4),
        number_col(words.c_tier, 0.6),
        number_col(words.c_value, 1.0),
        number_col(words.c_narrower, 1.2),
        words_col(words.c_why, 2.4),
    ];
    let rows: Vec<Vec<Cell>> = p
        .actions
        .iter()
        .map(|x| {
            vec![
                text(w.named("to_do", &x.action)),
                Cell::Text(w.site(&x.site.site)),
                Cell::Text(w.place(&x.site.site)),
                number(x.tier.to_string()),
                number(percent(x.value)),
                number(percent(x.narrower.max(0.0))),
                Cell::Text(why(w, &x.site)),
            ]
        })
        .collect();
    blocks.push(w.table("plan-actions", Text::plain(words.t_actions), &columns, rows.into_iter(), 60));
    section("plan", words.h_chain_plan, blocks)
}
