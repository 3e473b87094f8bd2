//! The tables of a plan folder.

use std::path::Path;

use tierlight_core::decide::plan::{Candidate, Kind, Trip, Visit};
use tierlight_core::decide::priority::RecordedClass;
use tierlight_core::model::HAZARDS;

use super::PlanOutput;
use crate::error::{Error, Result};
use crate::text::neutral;

/// Writes a table.
pub(super) fn write(path: &Path, header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<()> {
    let failed =
        |e: csv::Error| Error::Unwritable { path: path.to_owned(), reason: e.to_string(), hint: "choose another folder".to_owned() };
    let mut writer = csv::Writer::from_path(path).map_err(failed)?;
    writer.write_record(header).map_err(failed)?;
    for row in rows {
        // a negative number is no formula
        let safe = |cell: &String| if cell.parse::<f64>().is_ok() { cell.clone() } else { neutral(cell).into_owned() };
        writer.write_record(row.iter().map(safe)).map_err(failed)?;
    }
    writer.flush().map_err(|e| Error::io(path, &e))
}

fn maybe<T: ToString>(x: Option<T>) -> String {
    x.map_or_else(String::new, |x| x.to_string())
}

/// Hours of a working day as a time, from 08:00.
pub(super) fn clock(hours: f64) -> String {
    let minutes = (8.0 * 60.0 + hours * 60.0).round() as u32;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// What a visit is for, in words.
fn reasons(o: &PlanOutput<'_>, visit: &Visit, c: &Candidate) -> String {
    let mut parts = Vec::new();
    match visit.kind {
        Kind::Random => parts.push("drawn at random: go, whatever is known of it".to_owned()),
        Kind::FollowUp if c.class == RecordedClass::None => parts.push("on the list of what must be visited".to_owned()),
        Kind::FollowUp => parts.push("finding on record that is not remediated".to_owned()),
        Kind::Targeted => {}
        Kind::Displacement => parts.push("takes in work from a site that is visited".to_owned()),
    }
    if visit.kind == Kind::Random && c.follow_up {
        parts.push("must be visited as well".to_owned());
    }
    if c.slack {
        parts.push("slack season: fewer at work".to_owned());
    }
    if c.school_holidays {
        parts.push("school holidays: ask whether a child works in term time too".to_owned());
    }
    if visit.kind != Kind::Random {
        parts.push((o.why)(c.site as usize));
    }
    parts.join("; ")
}

pub(super) fn write_visits(path: &Path, o: &PlanOutput<'_>) -> Result<()> {
    const COLUMNS: [&str; 27] = [
        "visit_id",
        "date",
        "day",
        "team_id",
        "order",
        "starts",
        "site_id",
        "name",
        "sector_id",
        "district_id",
        "district",
        "kind",
        "inclusion_probability",
        "district_probability",
        "district_sites",
        "district_drawn_sites",
        "method",
        "sensitivity",
        "presence",
        "child_labour_girls",
        "child_labour_boys",
        "hazardous_girls",
        "hazardous_boys",
        "forced_girls",
        "forced_boys",
        "worth",
        "reasons",
    ];
    let a = o.assessment;
    let visits = o.plan.trips.iter().flat_map(|trip| trip.visits.iter().enumerate().map(move |(k, visit)| (trip, k, visit)));
    let row = |(number, (trip, k, visit)): (usize, (&Trip, usize, &Visit))| {
        let c = &o.plan.frame.candidates[visit.candidate as usize];
        let (site, area) = (c.site as usize, &o.plan.frame.areas[trip.area as usize]);
        let stage = (visit.kind == Kind::Random)
            .then(|| o.plan.design.strata.iter().flat_map(|s| &s.areas).find(|s| s.area == trip.area))
            .flatten();
        let day = trip.first_day + visit.day;
        let on_day = trip.visits[..k].iter().filter(|v| v.day == visit.day).count() + 1;
        let mut cells = vec![
            format!("V{:04}", number + 1),
            o.date(day),
            (day + 1).to_string(),
            o.ask.teams[trip.team as usize].id.clone(),
            on_day.to_string(),
            clock(visit.start),
            a.network.site_id(site).to_owned(),
            a.network.site_name(site).to_owned(),
            a.parameters.sectors[usize::from(a.network.sites()[site].sector)].id.clone(),
            area.id.clone(),
            area.name.clone(),
            visit.kind.slug().to_owned(),
            maybe(visit.inclusion),
            maybe(stage.map(|s| s.probability)),
            maybe(stage.map(|s| s.sites)),
            maybe(stage.map(|s| s.n)),
            c.method.slug().to_owned(),
            c.sensitivity.to_string(),
            a.updated[site].presence[0].to_string(),
        ];
        cells.extend(HAZARDS.iter().flat_map(|h| c.reached[h.index()]).map(|x| x.to_string()));
        cells.extend([c.worth.to_string(), reasons(o, visit, c)]);
        cells
    };
    write(path, &COLUMNS, visits.enumerate().map(row))
}

pub(super) fn write_days(path: &Path, o: &PlanOutput<'_>) -> Result<()> {
    const COLUMNS: [&str; 11] = [
        "team_id",
        "date",
        "day",
        "trip",
        "day_of_trip",
        "district_id",
        "district",
        "sites",
        "driving_hours",
        "visit_hours",
        "nights_away",
    ];
    let visit_hours = o.assessment.parameters.planning.scalars.visit_hours.mean;
    let days = o.plan.trips.iter().enumerate().flat_map(|(k, trip)| (0..trip.days).map(move |day| (k, trip, day)));
    let row = |(k, trip, day): (usize, &Trip, u32)| {
        let area = &o.plan.frame.areas[trip.area as usize];
        let sites = trip.visits.iter().filter(|v| v.day == day).count();
        vec![
            o.ask.teams[trip.team as usize].id.clone(),
            o.date(trip.first_day + day),
            (trip.first_day + day + 1).to_string(),
            (k + 1).to_string(),
            (day + 1).to_string(),
            area.id.clone(),
            area.name.clone(),
            sites.to_string(),
            trip.driving[day as usize].to_string(),
            (sites as f64 * visit_hours).to_string(),
            (if day + 1 < trip.days { "yes" } else { "no" }).to_owned(),
        ]
    };
    write(path, &COLUMNS, days.map(row))
}

pub(super) fn write_sampling(path: &Path, o: &PlanOutput<'_>) -> Result<()> {
    const COLUMNS: [&str; 10] = [
        "stratum",
        "teams",
        "district_id",
        "district",
        "district_sites",
        "district_probability",
        "district_drawn_sites",
        "inclusion_probability",
        "drawn",
        "team_id",
    ];
    let stages = o.plan.design.strata.iter().enumerate().flat_map(|(k, s)| s.areas.iter().map(move |stage| (k, s, stage)));
    let team = |row: u32| o.ask.teams[row as usize].id.clone();
    let row = |(k, stratum, stage): (usize, &tierlight_core::decide::plan::Stratum, &tierlight_core::decide::plan::sampling::Stage)| {
        let area = &o.plan.frame.areas[stage.area as usize];
        vec![
            (k + 1).to_string(),
            stratum.teams.iter().map(|&t| team(t)).collect::<Vec<_>>().join(" "),
            area.id.clone(),
            area.name.clone(),
            stage.sites.to_string(),
            stage.probability.to_string(),
            stage.n.to_string(),
            stage.inclusion().to_string(),
            (if stage.team.is_some() { "yes" } else { "no" }).to_owned(),
            maybe(stage.team.map(team)),
        ]
    };
    write(path, &COLUMNS, stages.map(row))
}
