//! A plan in words and tables.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use tierlight_core::decide::plan::{Kind, LeftOut, Trip};
use tierlight_data::plan::{InspectionRecord, PlanOutput};
use tierlight_report::findings::care::referrals;

use crate::commands::summary::why;
use crate::plan_args::Month;
use crate::view::{count, heading, percent, probability, short, table};

/// Things not met that are printed.
const UNMET: usize = 12;

pub fn text(o: &PlanOutput<'_>, record: &InspectionRecord, month: Month, top: usize, folder: &Path) -> String {
    let mut out = String::new();
    let days: u32 = record.teams.iter().map(|t| t.days_used).sum();
    let visits: usize = record.teams.iter().map(|t| t.visits).sum();
    // writing to a String cannot fail
    let _ = writeln!(
        out,
        "Plan for {month}: {} teams, {days} of {} days, {visits} visits to {} eligible sites",
        record.teams.len(),
        record.teams.iter().map(|t| t.days).sum::<u32>(),
        record.eligible_sites
    );
    out += &left_out(record);
    out += &trips(o);
    out += &visits_of(o, top);
    out += &comparison(record);
    out += &binds(o, record);
    out += &services(o);
    let _ = writeln!(out, "\nplan: {}  (plan.json, visits.csv, days.csv, sampling.csv, map.geojson)", folder.display());
    out += "expected numbers are estimates for deciding where to look; a finding, and what to call it, is for people on site\n";
    out += "a child found at work is referred and supported first: see the services above; bring back every result, found or not, as evidence\n";
    out
}

fn left_out(record: &InspectionRecord) -> String {
    let mut out = String::new();
    for reason in LeftOut::ALL {
        let sites = record.left_out.get(reason.slug()).copied().unwrap_or(0);
        if sites > 0 {
            let hint = match reason {
                LeftOut::Home => " (--enter-homes for those who may)",
                LeftOut::Closed => " (--visit-closed; check the order of this year)",
                LeftOut::NoTeam => " (--across-provinces for teams that may)",
                LeftOut::Unplaced => "",
            };
            let _ = writeln!(out, "  left out: {sites} sites: {}{hint}", reason.label());
        }
    }
    let holds = |season: &str| record.seasons.get(season).copied().unwrap_or(0);
    if holds("slack") > 0 {
        let _ = writeln!(out, "  slack season: {} sites, where fewer are at work than usual", holds("slack"));
    }
    if holds("school_holidays") > 0 {
        let _ = writeln!(
            out,
            "  school holidays: {} sites; children who go to school may work now, and what is found does not speak for term time",
            holds("school_holidays")
        );
    }
    out
}

/// Date of a day, as far as dates are known.
fn day(o: &PlanOutput<'_>, day: u32) -> String {
    o.ask.dates.get(day as usize).map_or_else(|| format!("day {}", day + 1), |d| d.strftime("%a %d").to_string())
}

fn trips(o: &PlanOutput<'_>) -> String {
    let mut out = heading("Trips (each team is home before the first and after the last day of a trip):");
    let row = |trip: &Trip| {
        let frame = &o.plan.frame;
        let last = trip.first_day + trip.days - 1;
        let kinds: Vec<String> = Kind::ALL
            .iter()
            .map(|k| (k, trip.visits.iter().filter(|v| v.kind == *k).count()))
            .filter(|(_, n)| *n > 0)
            .map(|(k, n)| format!("{n} {}", k.slug().replace('_', " ")))
            .collect();
        let reached = |sex: usize| trip.visits.iter().map(|v| frame.candidates[v.candidate as usize].reached[0][sex]).sum::<f64>();
        let driving: f64 = trip.driving.iter().sum();
        vec![
            o.ask.teams[trip.team as usize].id.clone(),
            if trip.days == 1 { day(o, trip.first_day) } else { format!("{} - {}", day(o, trip.first_day), day(o, last)) },
            frame.areas[trip.area as usize].name.clone(),
            trip.days.to_string(),
            (trip.days - 1).to_string(),
            format!("{driving:.1} h"),
            trip.visits.len().to_string(),
            kinds.join(", "),
            format!("{} ({}/{})", count(reached(0) + reached(1)), count(reached(0)), count(reached(1))),
        ]
    };
    out += &table(
        &["team", "dates", "district", ">days", ">nights", ">driving", ">visits", "of which", ">children reached (girls/boys)"],
        o.plan.trips.iter().map(row),
    );
    out
}

/// The first visits of each team.
fn visits_of(o: &PlanOutput<'_>, top: usize) -> String {
    let a = o.assessment;
    let mut rows = Vec::new();
    for team in 0..o.ask.teams.len() {
        let own = o.plan.trips.iter().filter(|t| t.team as usize == team).flat_map(|t| t.visits.iter().map(move |v| (t, v)));
        for (trip, visit) in own.take(top) {
            let c = &o.plan.frame.candidates[visit.candidate as usize];
            let site = c.site as usize;
            rows.push(vec![
                o.ask.teams[team].id.clone(),
                day(o, trip.first_day + visit.day),
                a.network.site_id(site).to_owned(),
                short(a.network.site_name(site), 30),
                o.plan.frame.areas[trip.area as usize].name.clone(),
                visit.kind.slug().replace('_', " "),
                probability(a.updated[site].presence[0]),
                count(c.reached[0][0] + c.reached[0][1]),
                if visit.kind == Kind::Random { "drawn at random".to_owned() } else { why(a, site) },
            ]);
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let mut out = heading(&format!("First visits of each team (all are in visits.csv; --top {top}):"));
    out += &table(&["team", "date", "site", "name", "district", "kind", ">children present", ">reached", "why"], rows);
    out
}

fn comparison(record: &InspectionRecord) -> String {
    let label = |of: &str| match of {
        "plan" => "this plan",
        "chosen_part" => "  its chosen part",
        "random_sites" => "sites drawn at random",
        "random_trips" => "trips drawn at random",
        _ => "the earlier list",
    };
    let sexes = |c: &tierlight_data::plan::ComparisonRecord, hazard: &str| c.expected_children.get(hazard).copied().unwrap_or_default();
    let mut out = heading("Children expected to be reached (present and found), against other choices on the same teams and days:");
    out += &table(
        &[
            "",
            ">days",
            ">visits",
            ">children (girls/boys)",
            ">hazardous",
            ">forced",
            ">a team day",
            ">a visit",
            ">worth a day",
            ">worth a visit",
        ],
        record.comparison.iter().map(|c| {
            let [girls, boys] = sexes(c, "child_labour");
            let sum = |hazard| count(sexes(c, hazard).iter().sum());
            vec![
                label(&c.of).to_owned(),
                format!("{:.0}", c.days),
                format!("{:.0}", c.visits),
                format!("{} ({}/{})", count(girls + boys), count(girls), count(boys)),
                sum("hazardous"),
                sum("forced"),
                format!("{:.2}", c.children_a_day),
                format!("{:.2}", c.children_a_visit),
                format!("{:.2}", c.worth_a_day),
                format!("{:.2}", c.worth_a_visit),
            ]
        }),
    );
    let of = |name: &str| record.comparison.iter().find(|c| c.of == name);
    let Some(plan) = of("plan") else { return out };
    for random in ["random_sites", "random_trips"].into_iter().filter_map(of).filter(|r| r.worth_a_day > 0.0 && r.worth_a_visit > 0.0) {
        let _ = writeln!(
            out,
            "  against {}: {:.2} × the worth a day, {:.2} × a visit (worth: children reached, weighed by severity)",
            label(&random.of),
            plan.worth_a_day / random.worth_a_day,
            plan.worth_a_visit / random.worth_a_visit
        );
    }
    out
}

fn binds(o: &PlanOutput<'_>, record: &InspectionRecord) -> String {
    let mut out = heading("How good the choice is, and what binds:");
    let q = &record.quality;
    let _ = writeln!(
        out,
        "  chosen by {}: worth {}, no choice on the same days exceeds {} (gap {})",
        if q.chosen_by == "milp" { "mixed-integer program" } else { "one trip after another" },
        count(q.worth),
        count(q.bound),
        percent(q.gap)
    );
    let full = record.teams.iter().filter(|t| t.days_used == t.days).count();
    let _ = writeln!(out, "  days: {full} of {} teams have none left", record.teams.len());
    let driving: f64 = record.teams.iter().map(|t| t.driving_hours).sum();
    let days: u32 = record.teams.iter().map(|t| t.days_used).sum();
    let _ = writeln!(out, "  driving: {driving:.0} h, {:.1} h a day", driving / f64::from(days.max(1)));
    let drawn = o.plan.design.strata.iter().flat_map(|s| &s.areas).filter(|s| s.team.is_some()).count();
    let sites: usize = o.plan.frame.candidates.len();
    let _ = writeln!(
        out,
        "  random part: {} days, {} visits in {drawn} districts; it speaks for {} of {sites} sites",
        record.random_days,
        record.visits.get(Kind::Random.slug()).copied().unwrap_or(0),
        record.random_frame_sites
    );
    for line in record.unmet.iter().take(UNMET) {
        let _ = writeln!(out, "  not met: {line}");
    }
    if record.unmet.len() > UNMET {
        let _ = writeln!(out, "  not met: {} more; plan.json lists all", record.unmet.len() - UNMET);
    }
    out
}

/// Whom to refer to in the districts that are visited.
fn services(o: &PlanOutput<'_>) -> String {
    let visits = o.plan.trips.iter().flat_map(|t| &t.visits);
    let sites: Vec<usize> = visits.map(|v| o.plan.frame.candidates[v.candidate as usize].site as usize).collect();
    let found = referrals(o.assessment, &sites);
    let mut districts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for trip in &o.plan.trips {
        let area = &o.plan.frame.areas[trip.area as usize];
        let of = districts.entry(area.province.as_str()).or_default();
        if !of.contains(&area.name.as_str()) {
            of.push(&area.name);
        }
    }
    let mut out = heading("Whom to refer a child to (check the numbers before the first trip):");
    for (province, names) in &mut districts {
        names.sort_unstable();
        let place = if province.is_empty() { "no province known" } else { *province };
        let own = !found.provinces_without.iter().any(|p| p.as_str() == *province) && !province.is_empty();
        let gap = if own { "" } else { ": NO SERVICE OF ITS OWN FOUND; agree on one before the first visit" };
        let _ = writeln!(out, "  {place} ({}){gap}", names.join(", "));
    }
    out += &table(
        &["  province", "service", "contact", "what", "hours", "source", ">year"],
        found.services.iter().map(|s| {
            vec![
                format!("  {}", if s.province.is_empty() { "every" } else { &s.province }),
                s.service.clone(),
                if s.contact.is_empty() { "no number found".to_owned() } else { s.contact.clone() },
                short(&s.what, 60),
                s.hours.clone(),
                s.source.clone(),
                s.year.clone(),
            ]
        }),
    );
    for country in &found.countries_without {
        let _ = writeln!(out, "  {country}: NO SERVICE FOUND in the packs; agree on one before the first visit");
    }
    out
}
