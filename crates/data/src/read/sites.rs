//! The table of sites.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use sha2::{Digest, Sha256};
use tierlight_core::model::{Condition, Conditions, Coordinates, NetworkParts, PlaceMatch, Probability, Role, Share, Site};

use super::combine::{self, Entry};
use super::mapping::{Handle, Mapped};
use super::place::{self, Placed};
use super::registry::Registry;
use super::{Intake, NetworkOptions, Rows, value};
use crate::error::Result;
use crate::issue::{Issue, Severity};
use crate::matching::sector::SectorMiss;
use crate::packs::Packs;
use crate::text::key;

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
    capacity_unit: Handle,
    measured: Handle,
    conditions: [(Handle, Condition, bool); 8],
    roles: Vec<&'static str>,
}

impl Columns {
    pub(super) fn new(mapped: &Mapped<'_>) -> Self {
        let of = |name| mapped.handle(name);
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
            capacity_unit: of("capacity_unit"),
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

/// What a row says of its site: nothing when it is rejected; and the id that is made when none is stated.
type Said = (Option<Site>, Option<String>);

/// Reads all rows; rejected ones leave no site, and rows that the table of matches joins leave one.
///
/// # Errors
/// A broken file, or a table of matches that does not fit the list.
pub(super) fn read(
    intake: &mut Intake<'_>,
    packs: &Packs,
    options: &NetworkOptions,
    parts: &mut NetworkParts,
    registry: &mut Registry,
    issues: &mut Vec<Issue>,
) -> Result<()> {
    let columns = Columns::new(intake.mapped);
    // entries that wait for the others of their site, and the row of each
    let mut groups: BTreeMap<&str, Vec<Entry>> = BTreeMap::new();
    let mut waiting: HashMap<String, u32> = HashMap::new();
    intake.stream(
        |rows| (0..rows.len()).map(|row| look(rows, row, &columns, packs, options)).collect::<Vec<Said>>(),
        |rows, said| {
            for (row, (site, made)) in said.into_iter().enumerate() {
                let id = made.as_deref().unwrap_or_else(|| rows.cell(row, columns.id));
                if id.is_empty() {
                    continue;
                }
                let known = registry.by_id(id).map(|site| registry.file_rows[site as usize]).or_else(|| waiting.get(id).copied());
                if let Some(first) = known {
                    let (column, what) = if made.is_some() { (columns.name, "name, address and country") } else { (columns.id, "id") };
                    let expected = format!("a {what} that row {first} does not have");
                    rows.reject("id_duplicate", row, column, expected, "delete one of the rows, or give them ids");
                    continue;
                }
                let Some(site) = site.filter(|_| !rows.is_rejected(row)) else { continue };
                let (name, number) = (rows.cell(row, columns.name), rows.row_number(row));
                if let Some(group) = options.merges.canonical(id) {
                    waiting.insert(id.to_owned(), number as u32);
                    groups.entry(group).or_default().push(Entry { id: id.to_owned(), name: name.to_owned(), row: number, site });
                } else {
                    let inserted = registry.insert(parts, id, name, site);
                    registry.set_capacity_unit(inserted, rows.cell(row, columns.capacity_unit));
                    registry.file_rows.push(number as u32);
                }
            }
            Ok(())
        },
    )?;
    if !options.merges.is_empty() {
        let seen = |id: &str| registry.by_id(id).is_some() || waiting.contains_key(id);
        options.merges.check(seen, intake.any_rejected(), issues)?;
    }
    for (id, entries) in groups {
        combine::insert(intake, packs, &options.merges, parts, registry, id, entries);
    }
    Ok(())
}

fn look(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs, options: &NetworkOptions) -> Said {
    let site = site(rows, row, c, packs, options);
    if !rows.cell(row, c.id).is_empty() {
        return (site, None);
    }
    let (name, address) = (rows.cell(row, c.name), rows.cell(row, c.address));
    if name.is_empty() && address.is_empty() {
        rows.reject("required_missing", row, c.name, "an id, a name or an address", "a site must be told from others");
        return (None, None);
    }
    let country = site.as_ref().map_or("", |s| packs.parameters.countries[usize::from(s.country)].iso3.as_str());
    let id = made_id(name, address, country);
    (site, Some(id))
}

fn site(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs, options: &NetworkOptions) -> Option<Site> {
    let sector = sector(rows, row, c.sector, packs, options);
    let at = coordinates(rows, row, c);
    let country = country(rows, row, c, packs, options, at);
    let role = rows.word(row, c.role, Role::from_slug, &c.roles);
    let workers = rows.number("number_invalid", row, c.workers, value::PEOPLE);
    let workers = workers.filter(|&w| {
        if w == 0.0 {
            let issue = rows.issue("workers_zero", Severity::Warning, row, c.workers);
            rows.note(issue.expected("at least one worker").hint("taken for unknown; leave closed sites out"));
        }
        w > 0.0
    });
    let women = rows.number("number_invalid", row, c.women, value::PEOPLE);
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
    let share = |rows: &mut Rows<'_>, column| rows.number("share_invalid", row, column, value::SHARE).and_then(Share::new);
    let input_share = share(rows, c.input_share);
    let coverage = share(rows, c.coverage);
    let purchases_total = rows.number("number_invalid", row, c.purchases, value::AMOUNT);
    let labour_intensity = rows.number("number_invalid", row, c.labour, value::AMOUNT);
    let capacity = rows.number("number_invalid", row, c.capacity, value::AMOUNT);
    let measured = rows.number("share_invalid", row, c.measured, value::SHARE).and_then(Probability::new);
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
    let cell = rows.cell(row, column);
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
    let latitude = rows.number("number_invalid", row, c.latitude, value::NUMBER);
    let longitude = rows.number("number_invalid", row, c.longitude, value::NUMBER);
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
    if !rows.cell(row, c.country).is_empty() {
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
    if let Some(country) = names.in_address(rows.cell(row, c.address)) {
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
    let district = places.in_address(country, rows.cell(row, c.address))?;
    let issue = rows.issue("district_from_address", Severity::Info, row, c.address);
    rows.note(
        issue
            .expected("a district or coordinates")
            .hint(format!("placed in {}; state the district to be sure", packs.parameters.districts[usize::from(district)].name)),
    );
    Some((district, PlaceMatch::Address, None))
}
