//! The table of sites.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use sha2::{Digest, Sha256};
use tierlight_core::model::{Condition, Conditions, Coordinates, NetworkParts, PlaceMatch, Probability, Role, Share, Site};

use super::combine::{self, Entry};
use super::mapping::Handle;
use super::place::{self, Placed};
use super::{NetworkOptions, Rows, value};
use crate::error::Result;
use crate::issue::{Issue, Severity};
use crate::matching::sector::SectorMiss;
use crate::packs::Packs;
use crate::text::key;

/// Sites by id and by name.
#[derive(Debug, Default)]
pub(super) struct Registry {
    /// Id → row among the parts' sites.
    pub ids: HashMap<String, u32>,
    /// Name key → rows.
    pub names: HashMap<String, Vec<u32>>,
    /// Row in its file of each of the parts' sites; empty when links made them.
    pub file_rows: Vec<u32>,
}

impl Registry {
    /// The one site of a name; `Err` holds how many there are.
    pub fn by_name(&self, name: &str) -> std::result::Result<u32, usize> {
        match self.names.get(&key(name)).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some(many) => Err(many.len()),
            None => Err(0),
        }
    }

    /// Adds a site.
    pub fn insert(&mut self, parts: &mut NetworkParts, id: &str, name: &str, site: Site) -> u32 {
        let row = parts.site_ids.push(id) as u32;
        parts.site_names.push(name);
        parts.sites.push(site);
        self.ids.insert(id.to_owned(), row);
        if !name.is_empty() {
            self.names.entry(key(name)).or_default().push(row);
        }
        row
    }
}

/// Id of a site that has none: the same name, address and country always give the same id.
pub(super) fn made_id(name: &str, address: &str, country: &str) -> String {
    let digest = Sha256::digest(format!("{}|{}|{}", key(name), key(address), country).as_bytes());
    format!("S-{}", &crate::packs::hex(&digest)[..12])
}

pub(super) struct Columns {
    pub(super) id: Handle,
    pub(super) name: Handle,
    pub(super) address: Handle,
    role: Handle,
    sector: Handle,
    country: Handle,
    district: Handle,
    latitude: Handle,
    longitude: Handle,
    coordinates: Handle,
    workers: Handle,
    women: Handle,
    input_share: Handle,
    coverage: Handle,
    purchases: Handle,
    labour: Handle,
    capacity: Handle,
    measured: Handle,
    conditions: [(Handle, Condition, bool); 8],
    roles: Vec<&'static str>,
}

impl Columns {
    pub(super) fn new(rows: &Rows<'_>) -> Self {
        let of = |name| rows.mapped.handle(name);
        Self {
            id: of("site_id"),
            name: of("name"),
            address: of("address"),
            role: of("role"),
            sector: of("sector"),
            country: of("country"),
            district: of("district"),
            latitude: of("latitude"),
            longitude: of("longitude"),
            coordinates: of("coordinates"),
            workers: of("workers"),
            women: of("women_workers"),
            input_share: of("input_share"),
            coverage: of("coverage"),
            purchases: of("purchases_total"),
            labour: of("labour_intensity"),
            capacity: of("capacity"),
            measured: of("measured_prevalence"),
            roles: Role::ALL.iter().map(|r| r.slug()).collect(),
            // `registered` is the opposite of the model's `unregistered`
            conditions: [
                (of("registered"), Condition::Unregistered, false),
                (of("home_based"), Condition::HomeBased, true),
                (of("family_piece_rate"), Condition::FamilyPieceRate, true),
                (of("advance_debt"), Condition::AdvanceDebt, true),
                (of("recruiter_labour"), Condition::RecruiterLabour, true),
                (of("displaced_workers"), Condition::DisplacedWorkers, true),
                (of("age_check"), Condition::AgeCheck, true),
                (of("certified"), Condition::Certified, true),
            ],
        }
    }
}

/// Reads all rows; rejected ones leave no site, and rows that the table of matches joins leave one.
///
/// # Errors
/// A table of matches that does not fit the list.
pub(super) fn read(
    rows: &mut Rows<'_>,
    packs: &Packs,
    options: &NetworkOptions,
    parts: &mut NetworkParts,
    registry: &mut Registry,
    issues: &mut Vec<Issue>,
) -> Result<()> {
    let columns = Columns::new(rows);
    let mut first_row: HashMap<String, u64> = HashMap::new();
    let mut groups: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    for row in 0..rows.mapped.len() {
        let site = site(rows, row, &columns, packs, options);
        let name = rows.mapped.cell(row, columns.name);
        let stated = rows.mapped.cell(row, columns.id);
        let id = if stated.is_empty() {
            let address = rows.mapped.cell(row, columns.address);
            if name.is_empty() && address.is_empty() {
                rows.reject("required_missing", row, columns.name, "an id, a name or an address", "a site must be told from others");
                continue;
            }
            let country = site.as_ref().map_or("", |s| packs.parameters.countries[usize::from(s.country)].iso3.as_str());
            made_id(name, address, country)
        } else {
            stated.to_owned()
        };
        let number = rows.mapped.table.row_number(row);
        if let Some(first) = first_row.get(&id) {
            let (column, what) = if stated.is_empty() { (columns.name, "name, address and country") } else { (columns.id, "id") };
            rows.reject(
                "id_duplicate",
                row,
                column,
                format!("a {what} that row {first} does not have"),
                "delete one of the rows, or give them ids",
            );
            continue;
        }
        if let Some(site) = site
            && !rows.is_rejected(row)
        {
            first_row.insert(id.clone(), number);
            if let Some(group) = options.merges.canonical(&id) {
                groups.entry(group).or_default().push(Entry { id, name: name.to_owned(), row, site });
            } else {
                registry.insert(parts, &id, name, site);
                registry.file_rows.push(number as u32);
            }
        }
    }
    if !options.merges.is_empty() {
        let seen = first_row.into_keys().collect();
        options.merges.check(&seen, !rows.rejected.is_empty(), issues)?;
    }
    for (id, entries) in groups {
        combine::insert(rows, packs, &options.merges, parts, registry, id, entries);
    }
    Ok(())
}

fn site(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs, options: &NetworkOptions) -> Option<Site> {
    let sector = sector(rows, row, c.sector, packs, options);
    let at = coordinates(rows, row, c);
    let country = country(rows, row, c, packs, options, at);
    let role = rows.word(row, c.role, Role::from_slug, &c.roles);
    let workers = rows.parse("number_invalid", row, c.workers, value::people);
    let workers = workers.filter(|&w| {
        if w == 0.0 {
            let issue = rows.issue("workers_zero", Severity::Warning, row, c.workers);
            rows.note(issue.expected("at least one worker").hint("taken for unknown; leave closed sites out"));
        }
        w > 0.0
    });
    let women = rows.parse("number_invalid", row, c.women, value::people);
    if let (Some(women), Some(workers)) = (women, workers)
        && women > workers
    {
        rows.reject("women_above_workers", row, c.women, format!("at most {workers}, the workers"), "women are part of the workers");
    }
    let mut conditions = Conditions::default();
    for (column, condition, as_stated) in c.conditions {
        let state = rows.parse("answer_invalid", row, column, value::yes_no);
        conditions.set(condition, state.map(|yes| yes == as_stated));
    }
    let share = |rows: &mut Rows<'_>, column| rows.parse("share_invalid", row, column, value::share).and_then(Share::new);
    let input_share = share(rows, c.input_share);
    let coverage = share(rows, c.coverage);
    let purchases_total = rows.parse("number_invalid", row, c.purchases, value::amount);
    let labour_intensity = rows.parse("number_invalid", row, c.labour, value::amount);
    let capacity = rows.parse("number_invalid", row, c.capacity, value::amount);
    let measured = rows.parse("share_invalid", row, c.measured, value::share).and_then(Probability::new);
    let (sector, country) = (sector?, country?);
    if let Some(at) = at {
        outside_country(rows, row, c, packs, country, at);
    }
    let placed = district(rows, row, c, packs, country, at);
    Some(Site {
        role: role.unwrap_or(Role::Other),
        district: placed.map(|p| p.0),
        place: placed.map_or(PlaceMatch::None, |p| p.1),
        place_confidence: placed.and_then(|p| p.2),
        coordinates: at,
        workers,
        women_workers: women,
        conditions,
        input_share,
        coverage,
        purchases_total,
        labour_intensity,
        capacity,
        measured_prevalence: measured,
        ..Site::new(sector, country)
    })
}

/// Sector of a cell, else the default.
pub(super) fn sector(rows: &mut Rows<'_>, row: usize, column: Handle, packs: &Packs, options: &NetworkOptions) -> Option<u16> {
    let cell = rows.mapped.cell(row, column);
    if cell.is_empty() {
        if options.sector.is_none() {
            rows.reject("required_missing", row, column, "a sector", "add it, or pass --sector for rows without one");
        }
        return options.sector;
    }
    match packs.gazetteer.sectors.find(cell) {
        Ok(sector) => Some(sector),
        Err(SectorMiss::Unknown(hint)) => {
            rows.reject("sector_unknown", row, column, "a sector's slug, name, ISIC or HS code", hint);
            None
        }
        Err(SectorMiss::Ambiguous(hint)) => {
            rows.reject("sector_ambiguous", row, column, "a code of one sector", hint);
            None
        }
    }
}

pub(super) fn coordinates(rows: &mut Rows<'_>, row: usize, c: &Columns) -> Option<Coordinates> {
    let latitude = rows.parse("number_invalid", row, c.latitude, value::number);
    let longitude = rows.parse("number_invalid", row, c.longitude, value::number);
    let pair = rows.parse("coordinates_invalid", row, c.coordinates, value::pair);
    if latitude.is_some() != longitude.is_some() {
        let issue = rows.issue("coordinates_incomplete", Severity::Warning, row, if latitude.is_some() { c.longitude } else { c.latitude });
        rows.note(issue.expected("latitude and longitude").hint("one of the two is blank: left out"));
    }
    let (latitude, longitude) = latitude.zip(longitude).or(pair)?;
    valid_point(rows, row, if c.latitude.present() { c.latitude } else { c.coordinates }, latitude, longitude)
}

/// A point on earth that is not the null island of missing values.
pub(super) fn valid_point(rows: &mut Rows<'_>, row: usize, column: Handle, latitude: f64, longitude: f64) -> Option<Coordinates> {
    if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
        rows.reject(
            "coordinates_invalid",
            row,
            column,
            "latitude -90 to 90 and longitude -180 to 180, in degrees",
            "are they swapped, or in metres?",
        );
        return None;
    }
    if latitude == 0.0 && longitude == 0.0 {
        let issue = rows.issue("coordinates_zero", Severity::Warning, row, column);
        rows.note(issue.expected("a place").hint("0, 0 is taken for unknown"));
        return None;
    }
    Some(Coordinates { latitude, longitude })
}

pub(super) fn country(
    rows: &mut Rows<'_>,
    row: usize,
    c: &Columns,
    packs: &Packs,
    options: &NetworkOptions,
    at: Option<Coordinates>,
) -> Option<u16> {
    let names = &packs.gazetteer.countries;
    if !rows.mapped.cell(row, c.country).is_empty() {
        return place::country(rows, row, c.country, packs);
    }
    if options.country.is_some() {
        return options.country;
    }
    if let Some((country, border)) = at.and_then(|at| names.locate(at)) {
        if border {
            let issue = rows.issue("country_border", Severity::Warning, row, c.country);
            rows.note(issue.expected("a country").hint("taken from coordinates within about 28 km of a border or coast; state it"));
        }
        return Some(country);
    }
    if let Some(country) = names.in_address(rows.mapped.cell(row, c.address)) {
        return Some(country);
    }
    rows.reject("required_missing", row, c.country, "a country", "add it, or pass --country for rows without one");
    None
}

fn outside_country(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs, country: u16, at: Coordinates) {
    let stated = &packs.parameters.countries[usize::from(country)];
    let Some([south, north, west, east]) = stated.bounds else { return };
    if (south..=north).contains(&at.latitude) && (west..=east).contains(&at.longitude) {
        return;
    }
    let swapped = (south..=north).contains(&at.longitude) && (west..=east).contains(&at.latitude);
    let hint = if swapped { "latitude and longitude look swapped" } else { "check the country or the coordinates" };
    let column = if c.latitude.present() { c.latitude } else { c.coordinates };
    let expected = format!("a place in {}: latitude {south} to {north}, longitude {west} to {east}", stated.name);
    let mut issue = rows.issue("coordinates_outside_country", Severity::Error, row, column);
    issue.found = format!("{}, {}", at.latitude, at.longitude);
    rows.reject_with(row, issue.expected(expected).hint(hint));
}

pub(super) fn district(
    rows: &mut Rows<'_>,
    row: usize,
    c: &Columns,
    packs: &Packs,
    country: u16,
    at: Option<Coordinates>,
) -> Option<Placed> {
    let places = &packs.gazetteer.places;
    if !places.covers(country) {
        return None;
    }
    let stated = place::district(rows, row, c.district, packs, country, "left out; coordinates are used if there are any");
    if stated.is_some() {
        return stated;
    }
    let located = at.and_then(|at| places.locate(at)).filter(|(d, _)| places.country_of(*d) == Some(country));
    if let Some((district, how)) = located {
        return Some((district, how, None));
    }
    let district = places.in_address(country, rows.mapped.cell(row, c.address))?;
    let issue = rows.issue("district_from_address", Severity::Info, row, c.address);
    rows.note(
        issue
            .expected("a district or coordinates")
            .hint(format!("placed in {}; state the district to be sure", packs.parameters.districts[usize::from(district)].name)),
    );
    Some((district, PlaceMatch::Address, None))
}
