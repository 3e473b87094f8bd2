//! The tables of an input: which is which, and what of them may be read.

use std::collections::BTreeMap;

use tierlight_core::{Observer, Silent};

use super::NetworkOptions;
use super::mapping::{ColumnMap, Mapped, recognise};
use super::personal::Watch;
use super::rows::Intake;
use crate::error::{Error, Result};
use crate::issue::{Issue, Severity};
use crate::memory::Sizes;
use crate::table::{Rows, Table};

/// Columns by table, each with what its personal data looks like.
pub(super) type Personal = BTreeMap<&'static str, Vec<(usize, &'static str)>>;

/// Tables of an input by their name in the format.
pub(super) struct Tables<'t> {
    found: BTreeMap<&'static str, Mapped<'t>>,
    /// What columns with personal data are left out, and not looked at.
    dropped: BTreeMap<&'static str, Vec<usize>>,
    /// The same without columns left out.
    whole: BTreeMap<&'static str, Mapped<'t>>,
    /// May stop what is read.
    observer: &'t dyn Observer,
}

impl<'t> Tables<'t> {
    /// Finds out which table is which; columns that map to nothing are noted.
    pub fn find(source: &str, tables: &'t [Table], options: &NetworkOptions) -> Result<(Self, Vec<Issue>)> {
        let mut found: BTreeMap<&'static str, Mapped<'t>> = BTreeMap::new();
        let mut issues = Vec::new();
        for table in tables {
            let Some(schema) = recognise(table, &options.map) else {
                issues.push(
                    Issue::new("table_unknown", Severity::Warning, &table.file, None, "-", &table.header.join(", "))
                        .expected("sites, links, agents, agent_links, evidence, orders or inspectors")
                        .hint("name the file or sheet after its table"),
                );
                continue;
            };
            if let Some(first) = found.get(schema.name) {
                return Err(Error::Malformed {
                    code: "table_twice",
                    file: table.file.clone(),
                    row: 1,
                    column: "-".to_owned(),
                    found: format!("a second table of {}", schema.name),
                    expected: format!("one; the first is {}", first.table.file),
                    hint: "join the files, or keep one of them elsewhere".to_owned(),
                });
            }
            found.insert(schema.name, Mapped::new(table, schema, &options.map)?);
        }
        if !found.contains_key("sites") && !found.contains_key("links") {
            let columns: Vec<String> = tables.iter().flat_map(|t| t.header.clone()).take(30).collect();
            return Err(Error::NoTable {
                file: source.to_owned(),
                columns: columns.join(", "),
                hint:
                    "a list of sites has a name or id, a sector and a country; `tierlight check --suggest-map map.json` helps to name columns"
                        .to_owned(),
            });
        }
        let orders = found.contains_key("orders");
        if let Some(sites) = found.get_mut("sites").filter(|_| orders) {
            sites.use_columns(&["capacity", "capacity_unit"]);
        }
        for mapped in found.values() {
            for &at in &mapped.unmapped {
                let header = &mapped.table.header[at];
                issues.push(
                    Issue::new("column_unmapped", Severity::Info, &mapped.table.file, None, header, "a column that maps to nothing")
                        .expected("a column of the format")
                        .hint("kept out; name it with --map if it should be used"),
                );
            }
        }
        Ok((Self { whole: found.clone(), found, dropped: BTreeMap::new(), observer: &Silent }, issues))
    }

    /// Lets an observer stop what is read.
    pub fn watched(mut self, observer: &'t dyn Observer) -> Self {
        self.observer = observer;
        self
    }

    /// About how large the network is, without reading it.
    pub fn sizes(&self) -> Result<Sizes> {
        let rows = |table: &str| self.found.get(table).map_or(Ok(Rows::default()), |m| m.table.about());
        let (sites, links) = (rows("sites")?, rows("links")?);
        let held = sites.held + links.held;
        Ok(if self.has("sites") { Sizes { sites: sites.rows, links: links.rows, held } } else { Sizes::of_links(links.rows, held) })
    }

    /// Starts to take a table in.
    pub fn intake(&self, table: &str) -> Option<Intake<'_>> {
        let (mapped, whole) = self.found.get(table).zip(self.whole.get(table))?;
        let dropped = self.dropped.get(table).cloned().unwrap_or_default();
        // what a column holds is judged by what it is mapped to, left out or not
        Some(Intake::new(mapped, Watch::new(whole), dropped, self.observer))
    }

    /// True when the input has the table.
    pub fn has(&self, table: &str) -> bool {
        self.found.contains_key(table)
    }

    /// Names of the tables.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.found.keys().copied()
    }

    /// File of a table; empty when the input has none.
    pub fn file(&self, table: &str) -> String {
        self.found.get(table).map(|m| m.table.file.clone()).unwrap_or_default()
    }

    /// The mapping of all tables as found.
    pub fn mapping(&self) -> ColumnMap {
        ColumnMap(self.found.values().map(|m| (m.schema.name.to_owned(), m.suggestion())).collect())
    }

    /// Reads the tables with `read`, which tells of the personal data it met. With any, reading stops, or is done again without those
    /// columns when the user said so: what a cell far down holds is known only then, and must not be used further up.
    pub fn without_personal<T>(mut self, options: &NetworkOptions, read: impl Fn(&Self) -> Result<(T, Personal)>) -> Result<T> {
        if options.drop_personal {
            let named: Vec<_> = self.whole.iter().map(|(table, mapped)| (*table, Watch::new(mapped).named())).collect();
            for (table, columns) in named {
                self.drop_columns(table, columns);
            }
        }
        loop {
            let (made, personal) = read(&self)?;
            if !options.drop_personal {
                let named: Vec<String> = personal
                    .iter()
                    .flat_map(|(table, columns)| columns.iter().map(move |c| (table, c)))
                    .map(|(table, (at, what))| format!("{table}.{} ({what})", self.whole[table].table.header[*at]))
                    .collect();
                return if named.is_empty() { Ok(made) } else { Err(Error::Personal { columns: named }) };
            }
            let columns = |found: &[(usize, &str)]| found.iter().map(|c| c.0).collect::<Vec<_>>();
            let dropped = |table: &str| self.dropped.get(table).map_or(&[] as &[usize], Vec::as_slice);
            if personal.iter().all(|(table, found)| columns(found) == dropped(table)) {
                return Ok(made);
            }
            for (table, found) in personal {
                self.drop_columns(table, columns(&found));
            }
        }
    }

    fn drop_columns(&mut self, table: &'static str, columns: Vec<usize>) {
        if let Some(mapped) = self.found.get_mut(table) {
            mapped.drop_columns(&columns);
            self.dropped.insert(table, columns);
        }
    }
}
