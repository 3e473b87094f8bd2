//! Lists of sites for matching: the rows that `score` would read, with their names, addresses and places.

use std::path::Path;

use hashbrown::HashSet;

use super::made::propose;
use super::mapping::Handle;
use super::sites::made_id;
use super::tables::{Personal, Tables};
use super::{Intake, NetworkOptions, Rows, TableReport, links, sites};
use crate::error::{Error, Result};
use crate::issue::Issue;
use crate::matching::facility::Record;
use crate::packs::Packs;
use crate::table::{ReadOptions, open_tables};
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
    let tables = open_tables(path, &ReadOptions { encoding: options.encoding.clone() })?;
    let (tables, issues) = Tables::find(&path.display().to_string(), &tables, options)?;
    tables.without_personal(options, |tables| {
        let list = if tables.has("sites") { "sites" } else { "links" };
        let (mut personal, mut facilities) = (Personal::new(), None);
        for name in tables.names() {
            let Some(mut intake) = tables.intake(name) else { continue };
            let records = match name {
                _ if name != list => intake.each(|_, _| ()).map(|()| Vec::new())?,
                "sites" => of_sites(&mut intake, packs, options)?,
                _ => of_links(&mut intake, packs, options)?,
            };
            let taken = intake.finish()?;
            personal.insert(name, taken.personal);
            if name == list {
                let issues = issues.iter().cloned().chain(taken.issues).collect();
                facilities = Some(Facilities { records, issues, report: taken.report });
            }
        }
        let none = || Error::NoTable { file: path.display().to_string(), columns: String::new(), hint: String::new() };
        Ok((facilities.ok_or_else(none)?, personal))
    })
}

fn of_sites(intake: &mut Intake<'_>, packs: &Packs, options: &NetworkOptions) -> Result<Vec<Record>> {
    let columns = sites::Columns::new(intake.mapped);
    let os_id = intake.mapped.handle("os_id");
    let mut records = Records::default();
    intake.stream(
        |rows| (0..rows.len()).map(|row| site_record(rows, row, &columns, os_id, packs, options)).collect::<Vec<Option<Record>>>(),
        |rows, found| {
            for (row, record) in found.into_iter().enumerate() {
                if record.is_some_and(|record| !records.add(record)) {
                    let expected = "an id, or a name and address, that no earlier row has";
                    rows.reject("id_duplicate", row, columns.id, expected, "delete one of the rows");
                }
            }
            Ok(())
        },
    )?;
    Ok(records.sorted())
}

fn site_record(
    rows: &mut Rows<'_>,
    row: usize,
    columns: &sites::Columns,
    os_id: Handle,
    packs: &Packs,
    options: &NetworkOptions,
) -> Option<Record> {
    let (name, address) = (rows.cell(row, columns.name), rows.cell(row, columns.address));
    let stated = rows.cell(row, columns.id);
    if stated.is_empty() && name.is_empty() && address.is_empty() {
        rows.reject("required_missing", row, columns.name, "an id, a name or an address", "a site must be told from others");
    }
    let at = sites::coordinates(rows, row, columns);
    let country = sites::country(rows, row, columns, packs, options, at);
    let country = country.filter(|_| !rows.is_rejected(row))?;
    let district = sites::district(rows, row, columns, packs, country, at).map(|d| d.0);
    let iso3 = &packs.parameters.countries[usize::from(country)].iso3;
    let id = if stated.is_empty() { made_id(name, address, iso3) } else { stated.to_owned() };
    let os_id = Some(rows.cell(row, os_id)).filter(|c| !c.is_empty()).map(str::to_owned);
    Some(record(packs, id, name, address, (Some(country), district, at), os_id))
}

/// Suppliers of a table of links alone, each once.
fn of_links(intake: &mut Intake<'_>, packs: &Packs, options: &NetworkOptions) -> Result<Vec<Record>> {
    let columns = links::Columns::new(intake.mapped);
    // the sector plays no part in matching
    let options = NetworkOptions { sector: options.sector.or(Some(0)), ..options.clone() };
    let world = packs.parameters.country(tierlight_core::risk::base::WORLD);
    let mut records = Records::default();
    let supplier = |rows: &mut Rows<'_>, row: usize| {
        let [supplier, _] = propose(rows, row, &columns, packs, &options)?;
        let address = rows.cell(row, columns.supplier_address);
        let country = Some(supplier.site.country).filter(|c| Some(*c) != world);
        let place = (country, supplier.site.district, supplier.site.coordinates);
        Some(record(packs, supplier.id, &supplier.name, address, place, None))
    };
    intake.stream(
        |rows| (0..rows.len()).filter_map(|row| supplier(rows, row)).collect::<Vec<Record>>(),
        |_, found| {
            for record in found {
                records.add(record);
            }
            Ok(())
        },
    )?;
    Ok(records.sorted())
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
