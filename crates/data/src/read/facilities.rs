//! Lists of sites for matching: the rows that `score` would read, with their names, addresses and places.

use std::collections::BTreeMap;
use std::path::Path;

use hashbrown::HashSet;

use super::links;
use super::made::propose;
use super::mapping::Mapped;
use super::sites::{self, made_id};
use super::{NetworkOptions, Rows, TableReport, find_tables, refuse_personal};
use crate::error::Result;
use crate::issue::Issue;
use crate::matching::facility::Record;
use crate::packs::Packs;
use crate::table::{ReadOptions, read_tables};
use tierlight_core::model::Coordinates;

/// A list of sites as matching sees it.
#[derive(Debug)]
pub struct Facilities {
    /// Sites, in order of their ids.
    pub records: Vec<Record>,
    /// All issues, in order of rows.
    pub issues: Vec<Issue>,
    /// What became of the table.
    pub report: TableReport,
}

/// Reads the sites of a file or folder: its table of sites, else the suppliers of its table of links. Ids are those that `score`
/// gives. No sector is needed.
///
/// # Errors
/// What makes the input unreadable as a whole; problems of rows are issues.
pub fn read_facilities(path: &Path, packs: &Packs, options: &NetworkOptions) -> Result<Facilities> {
    let tables = read_tables(path, &ReadOptions { encoding: options.encoding.clone() })?;
    let mut found = BTreeMap::new();
    let mut issues = find_tables(&path.display().to_string(), &tables, options, &mut found)?;
    let dropped = refuse_personal(&mut found, options)?;
    let name = if found.contains_key("sites") { "sites" } else { "links" };
    let mapped = &found[name];
    let mut rows = Rows::new(mapped);
    let records = if name == "sites" { of_sites(&mut rows, packs, options) } else { of_links(&mut rows, packs, options) };
    let (report, more, _) = rows.finish(dropped.get(name).map_or(&[], Vec::as_slice));
    issues.extend(more);
    Ok(Facilities { records, issues, report })
}

fn of_sites(rows: &mut Rows<'_>, packs: &Packs, options: &NetworkOptions) -> Vec<Record> {
    let columns = sites::Columns::new(rows);
    let os_id = rows.mapped.handle("os_id");
    let mapped: &Mapped<'_> = rows.mapped;
    let mut records = Records::default();
    for row in 0..mapped.len() {
        let (name, address) = (mapped.cell(row, columns.name), mapped.cell(row, columns.address));
        let stated = mapped.cell(row, columns.id);
        if stated.is_empty() && name.is_empty() && address.is_empty() {
            rows.reject("required_missing", row, columns.name, "an id, a name or an address", "a site must be told from others");
        }
        let at = sites::coordinates(rows, row, &columns);
        let country = sites::country(rows, row, &columns, packs, options, at);
        let Some(country) = country.filter(|_| !rows.is_rejected(row)) else { continue };
        let district = sites::district(rows, row, &columns, packs, country, at).map(|d| d.0);
        let iso3 = &packs.parameters.countries[usize::from(country)].iso3;
        let id = if stated.is_empty() { made_id(name, address, iso3) } else { stated.to_owned() };
        let os_id = Some(mapped.cell(row, os_id)).filter(|c| !c.is_empty()).map(str::to_owned);
        let record = record(packs, id, name, address, (Some(country), district, at), os_id);
        if !records.add(record) {
            rows.reject("id_duplicate", row, columns.id, "an id, or a name and address, that no earlier row has", "delete one of the rows");
        }
    }
    records.sorted()
}

/// Suppliers of a table of links alone, each once.
fn of_links(rows: &mut Rows<'_>, packs: &Packs, options: &NetworkOptions) -> Vec<Record> {
    let columns = links::Columns::new(rows);
    // the sector plays no part in matching
    let options = NetworkOptions { sector: options.sector.or(Some(0)), ..options.clone() };
    let mut records = Records::default();
    for row in 0..rows.mapped.len() {
        let Some([supplier, _]) = propose(rows, row, &columns, packs, &options) else { continue };
        let address = rows.mapped.cell(row, columns.supplier_address);
        let world = packs.parameters.country(tierlight_core::risk::base::WORLD);
        let country = Some(supplier.site.country).filter(|c| Some(*c) != world);
        let place = (country, supplier.site.district, supplier.site.coordinates);
        records.add(record(packs, supplier.id, &supplier.name, address, place, None));
    }
    records.sorted()
}

fn record(
    packs: &Packs,
    id: String,
    name: &str,
    address: &str,
    (country, district, at): (Option<u16>, Option<u16>, Option<Coordinates>),
    os_id: Option<String>,
) -> Record {
    let p = &packs.parameters;
    let names = [district.map(|d| p.districts[usize::from(d)].name.clone()), country.map(|c| p.countries[usize::from(c)].name.clone())];
    Record {
        id,
        name: name.to_owned(),
        address: address.to_owned(),
        country,
        district,
        place: names.into_iter().flatten().collect(),
        at: at.map(|c| (c.latitude, c.longitude)),
        os_id,
    }
}

/// Records by id.
#[derive(Default)]
struct Records {
    ids: HashSet<String>,
    records: Vec<Record>,
}

impl Records {
    /// Adds a record; false when there is one of that id.
    fn add(&mut self, record: Record) -> bool {
        let new = self.ids.insert(record.id.clone());
        if new {
            self.records.push(record);
        }
        new
    }

    /// In byte order of ids, so that the order of rows changes nothing.
    fn sorted(mut self) -> Vec<Record> {
        self.records.sort_by(|a, b| a.id.cmp(&b.id));
        self.records
    }
}
