//! Teams of a plan.

use tierlight_core::model::Coordinates;

use super::{Intake, sites, value};
use crate::error::Result;
use crate::matching::place::Resolved;
use crate::packs::Packs;

/// A team as its row says.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamRow {
    /// Id.
    pub id: String,
    /// District of its home, row in the packs.
    pub district: Option<u16>,
    /// Coordinates of its home.
    pub at: Option<Coordinates>,
    /// Days.
    pub days: u32,
    /// Sites a day, where stated.
    pub daily_sites: Option<u32>,
}

/// Reads teams. A home is a district, or coordinates where the packs have none.
pub(super) fn read(intake: &mut Intake<'_>, packs: &Packs, country: Option<u16>) -> Result<Vec<TeamRow>> {
    let of = |name| intake.mapped.handle(name);
    let (team, home, days, daily, country_column) = (of("team_id"), of("home_district"), of("days"), of("daily_sites"), of("country"));
    let columns = sites::Columns::new(intake.mapped);
    let mut seen = std::collections::HashSet::new();
    let mut out = Vec::new();
    intake.each(|rows, row| {
        let id = rows.required(row, team, "give every team an id");
        if id.is_some_and(|id| !seen.insert(id.to_owned())) {
            rows.reject("id_duplicate", row, team, "an id that no other team has", "delete one of the rows");
        }
        let at = sites::coordinates(rows, row, &columns);
        let stated = !rows.cell(row, country_column).is_empty();
        let country = if stated { super::place::country(rows, row, country_column, packs) } else { country };
        let cell = rows.cell(row, home);
        let district = if cell.is_empty() {
            if at.is_none() {
                rows.required(row, home, "trips start there; coordinates of the home do as well");
            }
            at.and_then(|at| packs.gazetteer.places.locate(at)).map(|d| d.0)
        } else {
            let covered = |country: &u16| packs.gazetteer.places.covers(*country);
            let everywhere = 0..packs.parameters.countries.len() as u16;
            let countries: Vec<u16> = country.map_or_else(|| everywhere.filter(covered).collect(), |country| vec![country]);
            let found = countries.into_iter().find_map(|country| match packs.gazetteer.places.find(country, cell) {
                Resolved::One(district, ..) => Some(district),
                _ => None,
            });
            if found.is_none() {
                rows.reject("district_unknown", row, home, "a district's name, variant or P-code", "plans start trips there");
            }
            found
        };
        rows.required(row, days, "days of the team");
        let days = rows.parse("number_invalid", row, days, value::count);
        let daily_sites = rows.parse("number_invalid", row, daily, value::count);
        if let (Some(id), Some(days), false) = (id, days, rows.is_rejected(row)) {
            out.push(TeamRow { id: id.to_owned(), district, at, days, daily_sites });
        }
    })?;
    Ok(out)
}
