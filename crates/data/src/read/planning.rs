//! Tables that only plans read: teams, an earlier list, what must be visited, travel times.

use std::collections::HashMap;
use std::path::Path;

use tierlight_core::decide::plan::{Place, Stop, Team, TravelTimes};
use tierlight_core::model::{Coordinates, Network};
use tierlight_core::parameters::Parameters;

use super::mapping::{ColumnMap, Mapped};
use super::personal::Watch;
use super::rows::Intake;
use super::schema::{INSPECTORS, SITE_LIST, TRAVEL, TableSchema};
use super::{inspectors, value};
use crate::error::{Error, Result};
use crate::issue::{Issue, Severity};
use crate::matching::place::Resolved;
use crate::packs::Packs;
use crate::table::{ReadOptions, open_tables};

/// Longest time between two places, hours, that is taken for one.
const MOST_HOURS: f64 = 240.0;

/// What a run knows: its network, its parameters, and the packs that names are looked up in.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Network.
    pub network: &'a Network,
    /// Parameters of the run.
    pub parameters: &'a Parameters,
    /// Packs.
    pub packs: &'a Packs,
    /// Country of teams and districts that state none.
    pub country: Option<u16>,
}

impl Known<'_> {
    /// Row of the run's parameters for a district of the packs.
    fn district(&self, row: u16) -> Option<u16> {
        self.parameters.district(&self.packs.parameters.districts[usize::from(row)].id)
    }
}

/// Reads teams; any row with an error is an error, for a plan without one of the teams is not the plan that was asked for.
///
/// # Errors
/// An unreadable file, personal data, or rows with errors: [`Error::BadTable`].
pub fn read_teams(path: &Path, known: &Known<'_>) -> Result<Vec<Team>> {
    let (rows, issues) = whole(path, &INSPECTORS, |intake| inspectors::read(intake, known.packs, known.country))?;
    strict(path, issues)?;
    let daily = known.parameters.planning.scalars.team_daily_sites.mean.round() as u32;
    let mut out = Vec::new();
    for (k, row) in rows.into_iter().enumerate() {
        let district = row.district.and_then(|d| known.district(d));
        let area = district.map(|d| &known.parameters.districts[usize::from(d)]);
        let centre = area.and_then(|d| d.centre).map(|[latitude, longitude]| Coordinates { latitude, longitude });
        let at = row.at.or(centre).ok_or_else(|| Error::Option {
            what: format!("the home of team {}", row.id),
            found: "a district without a centre in the packs of the run".to_owned(),
            expected: "coordinates".to_owned(),
            hint: "add columns latitude and longitude".to_owned(),
        })?;
        out.push(Team {
            id: row.id,
            home: Place::new(Stop::Team(k as u32), district, at, true),
            country: area.map(|d| d.country),
            province: area.map(|d| d.province.clone()),
            days: row.days,
            daily_sites: row.daily_sites.unwrap_or(daily),
        });
    }
    Ok(out)
}

/// A row of a list of sites: its site, and the team that was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Row of the site.
    pub site: u32,
    /// Team as the list names it; empty when it names none.
    pub team: String,
}

/// Reads a list of sites, or the visits of a plan folder. Sites that the run does not have are issues, and left out.
///
/// # Errors
/// An unreadable file or personal data.
pub fn read_list(path: &Path, known: &Known<'_>) -> Result<(Vec<Listed>, Vec<Issue>)> {
    let file = if path.is_dir() { path.join(crate::plan::VISITS) } else { path.to_owned() };
    whole(&file, &SITE_LIST, |intake| {
        let (site, team) = (intake.mapped.handle("site_id"), intake.mapped.handle("team_id"));
        let mut out = Vec::new();
        intake.each(|rows, row| {
            let Some(id) = rows.required(row, site, "name the site") else { return };
            // ids that a formula could hide in are written with an apostrophe before them
            let found = known.network.find_site(id).or_else(|| known.network.find_site(id.strip_prefix('\'')?));
            match found {
                Some(found) => out.push(Listed { site: found as u32, team: rows.cell(row, team).to_owned() }),
                None => rows.reject("id_unknown", row, site, "a site_id of the run", "was its row rejected?"),
            }
        })?;
        Ok(out)
    })
}

/// Reads travel times between teams, sites and districts.
///
/// # Errors
/// As [`read_teams`].
pub fn read_travel(path: &Path, known: &Known<'_>, teams: &[Team]) -> Result<TravelTimes> {
    let by_team: HashMap<&str, u32> = teams.iter().enumerate().map(|(k, t)| (t.id.as_str(), k as u32)).collect();
    let countries: Vec<u16> = match known.country {
        Some(country) => vec![country],
        None => (0..known.packs.parameters.countries.len() as u16).filter(|c| known.packs.gazetteer.places.covers(*c)).collect(),
    };
    let stop = |cell: &str| -> Option<Stop> {
        let team = by_team.get(cell).map(|k| Stop::Team(*k));
        team.or_else(|| known.network.find_site(cell).map(|s| Stop::Site(s as u32))).or_else(|| {
            let district = countries.iter().find_map(|country| match known.packs.gazetteer.places.find(*country, cell) {
                Resolved::One(district, ..) => Some(district),
                _ => None,
            });
            known.district(district?).map(Stop::District)
        })
    };
    let speed = known.parameters.planning.scalars.road_speed.mean;
    let (out, issues) = whole(path, &TRAVEL, |intake| {
        let of = |name| intake.mapped.handle(name);
        let (from, to, hours, kilometres) = (of("from"), of("to"), of("hours"), of("kilometres"));
        let mut out = TravelTimes::default();
        intake.each(|rows, row| {
            let ends = [from, to].map(|column| {
                let found = rows.required(row, column, "name both ends").and_then(&stop);
                if found.is_none() && !rows.is_rejected(row) {
                    rows.reject("place_unknown", row, column, "a team, a site_id of the run, or a district", "check the spelling");
                }
                found
            });
            let stated = rows.number("number_invalid", row, hours, value::AMOUNT);
            let road = rows.number("number_invalid", row, kilometres, value::AMOUNT).map(|km| km / speed);
            match stated.or(road) {
                Some(hours) if hours <= MOST_HOURS => {
                    if let ([Some(from), Some(to)], false) = (ends, rows.is_rejected(row)) {
                        out.set(from, to, hours);
                    }
                }
                Some(_) => rows.reject("number_invalid", row, hours, format!("at most {MOST_HOURS} hours"), "is the unit right?"),
                None if !rows.is_rejected(row) => rows.reject("required_missing", row, hours, "hours or kilometres", "state one of them"),
                None => {}
            }
        })?;
        Ok(out)
    })?;
    strict(path, issues)?;
    Ok(out)
}

/// Refuses a table that has errors.
fn strict(path: &Path, issues: Vec<Issue>) -> Result<()> {
    let errors: Vec<Issue> = issues.into_iter().filter(|i| i.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(()) } else { Err(Error::BadTable { file: path.display().to_string(), issues: errors }) }
}

/// Reads the one table of a file by its schema.
fn whole<T>(path: &Path, schema: &'static TableSchema, read: impl FnOnce(&mut Intake<'_>) -> Result<T>) -> Result<(T, Vec<Issue>)> {
    let tables = open_tables(path, &ReadOptions::default())?;
    let mapped: Vec<Mapped<'_>> = tables.iter().map(|table| Mapped::new(table, schema, &ColumnMap::default())).collect::<Result<_>>()?;
    let telling = |m: &&Mapped<'_>| schema.telling.iter().any(|group| group.iter().all(|column| m.handle(column).present()));
    let found = mapped.iter().find(telling).ok_or_else(|| Error::Malformed {
        code: "no_table",
        file: path.display().to_string(),
        row: 1,
        column: "-".to_owned(),
        found: tables.first().map(|t| t.header.join(", ")).unwrap_or_default(),
        expected: format!("columns {}", schema.telling[0].join(" and ")),
        hint: "docs/plan.md lists the columns".to_owned(),
    })?;
    let mut intake = Intake::new(found, Watch::new(found), Vec::new(), &tierlight_core::Silent);
    let out = read(&mut intake)?;
    let taken = intake.finish()?;
    if !taken.personal.is_empty() {
        let header = |at: usize| &found.table.header[at];
        return Err(Error::Personal { columns: taken.personal.iter().map(|(at, what)| format!("{} ({what})", header(*at))).collect() });
    }
    Ok((out, taken.issues))
}
