//! Tables to a network: every row is used or rejected with a reason, and nothing stops at the first problem.

mod agents;
mod combine;
mod evidence;
pub mod facilities;
mod links;
mod made;
pub mod mapping;
pub mod merges;
mod personal;
mod place;
pub mod schema;
mod sites;
pub mod value;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tierlight_core::model::{Network, NetworkParts};

use crate::error::{Error, Result};
use crate::issue::{Issue, Severity};
use crate::packs::Packs;
use crate::table::{ReadOptions, Table, read_tables};
use mapping::{ColumnMap, Handle, Mapped, recognise};
use schema::TableSchema;

/// How to read a network.
#[derive(Debug, Clone)]
pub struct NetworkOptions {
    /// The day on which the network is looked at.
    pub as_of: Date,
    /// Country of rows that state none.
    pub country: Option<u16>,
    /// Sector of rows that state none.
    pub sector: Option<u16>,
    /// Column mapping.
    pub map: ColumnMap,
    /// Encoding of text files that are not UTF-8 or UTF-16.
    pub encoding: Option<String>,
    /// Leave columns with personal data out instead of stopping.
    pub drop_personal: bool,
    /// Rescale shares of a buyer that exceed 1.
    pub rescale_shares: bool,
    /// Count inferred links as traced.
    pub trust_inferred: bool,
    /// Entries that are one site.
    pub merges: merges::Merges,
}

impl NetworkOptions {
    /// Defaults for a day.
    #[must_use]
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            country: None,
            sector: None,
            map: ColumnMap::default(),
            encoding: None,
            drop_personal: false,
            rescale_shares: false,
            trust_inferred: false,
            merges: merges::Merges::default(),
        }
    }
}

/// What became of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableReport {
    /// Table of the format.
    pub table: String,
    /// File it was read from.
    pub file: String,
    /// Rows in the file.
    pub rows_in: usize,
    /// Rows used.
    pub used: usize,
    /// Rows merged into the site of another row.
    pub merged: usize,
    /// Rows rejected; used + merged + rejected = rows in.
    pub rejected: usize,
    /// Columns kept out because they map to nothing.
    pub unmapped_columns: Vec<String>,
    /// Columns dropped because they hold personal data.
    pub dropped_columns: Vec<String>,
}

/// Rejected rows of one table, untouched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Table of the format.
    pub table: String,
    /// Header of the file.
    pub header: Vec<String>,
    /// (row number, codes, cells).
    pub rows: Vec<(u64, String, Vec<String>)>,
}

/// A network as read, with everything that was noticed.
#[derive(Debug)]
pub struct Reading {
    /// The network of the rows that were used.
    pub network: Network,
    /// All issues, in order of file and row.
    pub issues: Vec<Issue>,
    /// What became of each table.
    pub reports: Vec<TableReport>,
    /// Rejected rows.
    pub rejected: Vec<Rejected>,
    /// The column mapping that was used.
    pub mapping: ColumnMap,
    /// Input files with their sizes and digests.
    pub inputs: Vec<InputFile>,
    /// Rows of the files that sites and evidence were read from.
    pub rows: FileRows,
}

/// Rows of the user's files that sites and evidence were read from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRows {
    /// File of the sites; empty when links made them.
    pub sites_file: String,
    /// Row in the file by site row of the network; the header is row 1.
    pub sites: Vec<u32>,
    /// File of the evidence.
    pub evidence_file: String,
    /// Row in the file by evidence row of the network.
    pub evidence: Vec<u32>,
}

/// An input file's identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputFile {
    /// Name without folders.
    pub file: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256.
    pub sha256: String,
}

impl Reading {
    /// Rejected rows over rows in, of the worst table.
    #[must_use]
    pub fn rejected_share(&self) -> f64 {
        let share = |r: &TableReport| if r.rows_in > 0 { r.rejected as f64 / r.rows_in as f64 } else { 0.0 };
        self.reports.iter().map(share).fold(0.0, f64::max)
    }
}

/// Collects what happens to the rows of one table.
pub(crate) struct Rows<'a> {
    pub mapped: &'a Mapped<'a>,
    pub issues: Vec<Issue>,
    /// Codes of the errors of each rejected row.
    pub rejected: std::collections::BTreeMap<usize, Vec<&'static str>>,
    /// Rows merged into the site of another row.
    pub merged: usize,
    /// Issues so far by code.
    noted: std::collections::BTreeMap<&'static str, usize>,
    /// Names of places met so far: lists repeat them, and misspelt ones take long.
    pub places: place::Known,
}

/// Issues of one code and table that are kept one by one.
const ISSUES_PER_CODE: usize = 100_000;

impl<'a> Rows<'a> {
    fn new(mapped: &'a Mapped<'a>) -> Self {
        let mut rows = Self {
            mapped,
            issues: Vec::new(),
            rejected: std::collections::BTreeMap::new(),
            merged: 0,
            noted: std::collections::BTreeMap::new(),
            places: place::Known::default(),
        };
        let width = mapped.table.header.len();
        for ragged in &mapped.table.ragged {
            let (row, found) = (ragged.row, ragged.cells.len());
            let number = mapped.table.row_number(row);
            let issue = Issue::new("row_length", Severity::Error, &mapped.table.file, Some(number), "-", &format!("{found} cells"))
                .expected(format!("{width} cells, as in the header"))
                .hint("quote cells that contain the delimiter; is the first row the header, without a title above it?");
            rows.reject_with(row, issue);
        }
        rows
    }

    /// An issue at a cell.
    pub fn issue(&self, code: &'static str, severity: Severity, row: usize, column: Handle) -> Issue {
        let found = self.mapped.cell(row, column);
        Issue::new(code, severity, &self.mapped.table.file, Some(self.mapped.table.row_number(row)), self.mapped.header(column), found)
    }

    /// Notes a warning or remark. Beyond so many of one code they are only counted.
    pub fn note(&mut self, issue: Issue) {
        let count = self.noted.entry(issue.code).or_insert(0);
        *count += 1;
        if *count <= ISSUES_PER_CODE {
            self.issues.push(issue);
        }
    }

    /// Rejects a row for a cell.
    pub fn reject(&mut self, code: &'static str, row: usize, column: Handle, expected: impl Into<String>, hint: impl Into<String>) {
        let issue = self.issue(code, Severity::Error, row, column).expected(expected).hint(hint);
        self.reject_with(row, issue);
    }

    /// Rejects a row.
    pub fn reject_with(&mut self, row: usize, issue: Issue) {
        self.rejected.entry(row).or_default().push(issue.code);
        self.note(issue);
    }

    /// True when a row has been rejected.
    pub fn is_rejected(&self, row: usize) -> bool {
        self.rejected.contains_key(&row)
    }

    /// Parses a cell; a bad one rejects the row.
    pub fn parse<T>(
        &mut self,
        code: &'static str,
        row: usize,
        column: Handle,
        parse: impl Fn(&str) -> std::result::Result<Option<T>, &'static str>,
    ) -> Option<T> {
        match parse(self.mapped.cell(row, column)) {
            Ok(value) => value,
            Err(expected) => {
                self.reject(code, row, column, expected, "leave the cell blank if it is unknown");
                None
            }
        }
    }

    /// A cell that must not be blank.
    pub fn required(&mut self, row: usize, column: Handle, hint: &str) -> Option<&'a str> {
        let cell = self.mapped.cell(row, column);
        if cell.is_empty() {
            self.reject("required_missing", row, column, "a value", hint);
            return None;
        }
        Some(cell)
    }

    /// One of a list of words.
    pub fn word<T>(&mut self, row: usize, column: Handle, find: impl Fn(&str) -> Option<T>, words: &[&str]) -> Option<T> {
        let cell = self.mapped.cell(row, column);
        if cell.is_empty() {
            return None;
        }
        // most cells are the word itself
        let found = find(cell).or_else(|| find(&crate::text::header_key(cell)));
        if found.is_none() {
            let near = crate::text::nearest(cell, words.iter().copied());
            self.reject("value_unknown", row, column, format!("one of {}", words.join(", ")), crate::text::did_you_mean(&near));
        }
        found
    }

    fn finish(mut self, dropped: &[usize]) -> (TableReport, Vec<Issue>, Option<Rejected>) {
        let table = self.mapped.table;
        for (code, count) in std::mem::take(&mut self.noted) {
            if count > ISSUES_PER_CODE {
                let more = format!("{} more of {code}", count - ISSUES_PER_CODE);
                self.issues.push(
                    Issue::new("issues_more", Severity::Warning, &table.file, None, "-", &more)
                        .hint("only the first 100,000 are listed; rejected rows are all in rejected/"),
                );
            }
        }
        let report = TableReport {
            table: self.mapped.schema.name.to_owned(),
            file: table.file.clone(),
            rows_in: table.len(),
            used: table.len() - self.rejected.len() - self.merged,
            merged: self.merged,
            rejected: self.rejected.len(),
            unmapped_columns: self.mapped.unmapped.iter().map(|&at| table.header[at].clone()).collect(),
            dropped_columns: dropped.iter().map(|&at| table.header[at].clone()).collect(),
        };
        let kept: Vec<usize> = (0..table.header.len()).filter(|at| !dropped.contains(at)).collect();
        let rejected = (!self.rejected.is_empty()).then(|| Rejected {
            table: self.mapped.schema.name.to_owned(),
            header: kept.iter().map(|&at| table.header[at].clone()).collect(),
            rows: self
                .rejected
                .iter()
                .map(|(&row, codes)| {
                    let mut codes = codes.clone();
                    codes.dedup();
                    let ragged = table.ragged.iter().find(|r| r.row == row).filter(|_| dropped.is_empty());
                    let cells = match ragged {
                        Some(ragged) => ragged.cells.clone(),
                        None => kept.iter().map(|&at| table.raw(row, at).to_owned()).collect(),
                    };
                    (table.row_number(row), codes.join(" "), cells)
                })
                .collect(),
        });
        (report, self.issues, rejected)
    }
}

/// Reads a network from a file or folder.
///
/// # Errors
/// What makes the input unreadable as a whole; problems of rows are issues of the [`Reading`].
pub fn read_network(path: &Path, packs: &Packs, options: &NetworkOptions) -> Result<Reading> {
    let how = ReadOptions { encoding: options.encoding.clone() };
    let (tables, inputs) = rayon::join(|| read_tables(path, &how), || input_files(path));
    let (tables, mut inputs) = (tables?, inputs?);
    if !options.merges.is_empty() {
        inputs.push(input_file(&options.merges.path)?);
    }
    network_of(&path.display().to_string(), &tables, inputs, packs, options)
}

/// Builds a network from tables.
///
/// # Errors
/// As [`read_network`].
pub fn network_of(source: &str, tables: &[Table], inputs: Vec<InputFile>, packs: &Packs, options: &NetworkOptions) -> Result<Reading> {
    let mut found = std::collections::BTreeMap::new();
    let issues = find_tables(source, tables, options, &mut found)?;
    let dropped = refuse_personal(&mut found, options)?;
    let mut parts = NetworkParts::new(options.as_of);
    let mut reading = Collected { issues, reports: Vec::new(), rejected: Vec::new() };
    let none: &[usize] = &[];
    let dropped_of = |schema: &TableSchema| dropped.get(schema.name).map_or(none, Vec::as_slice);

    let mut registry = sites::Registry::default();
    if let Some(mapped) = found.get("sites") {
        let mut rows = Rows::new(mapped);
        sites::read(&mut rows, packs, options, &mut parts, &mut registry, &mut reading.issues)?;
        reading.take(rows.finish(dropped_of(mapped.schema)));
    }
    if let Some(mapped) = found.get("links") {
        let mut rows = Rows::new(mapped);
        let made = links::read(&mut rows, packs, options, &mut parts, &mut registry, found.contains_key("sites"));
        if let Some(ids) = made {
            options.merges.check(&ids, !rows.rejected.is_empty(), &mut reading.issues)?;
        }
        reading.take(rows.finish(dropped_of(mapped.schema)));
    }
    let mut agent_rows = std::collections::HashMap::new();
    if let Some(mapped) = found.get("agents") {
        let mut rows = Rows::new(mapped);
        agents::read(&mut rows, packs, options, &mut parts, &mut agent_rows);
        reading.take(rows.finish(dropped_of(mapped.schema)));
    }
    if let Some(mapped) = found.get("agent_links") {
        let mut rows = Rows::new(mapped);
        agents::read_links(&mut rows, &registry, &mut parts, &agent_rows);
        reading.take(rows.finish(dropped_of(mapped.schema)));
    }
    let mut evidence_rows = evidence::FileRows::new();
    if let Some(mapped) = found.get("evidence") {
        let mut rows = Rows::new(mapped);
        evidence_rows = evidence::read(&mut rows, packs, options, &registry, &mut parts);
        reading.take(rows.finish(dropped_of(mapped.schema)));
    }
    if let Some(mapped) = found.get("inspectors") {
        let mut rows = Rows::new(mapped);
        agents::check_inspectors(&mut rows, packs, options);
        reading.take(rows.finish(dropped_of(mapped.schema)));
    }
    let mapping = ColumnMap(found.values().map(|m| (m.schema.name.to_owned(), m.suggestion())).collect());
    let (network, order) = Network::ordered(parts)?;
    let file = |table: &str| found.get(table).map(|m| m.table.file.clone()).unwrap_or_default();
    let rows = FileRows {
        sites_file: file("sites"),
        sites: order.iter().filter_map(|&old| registry.file_rows.get(old as usize).copied()).collect(),
        evidence_file: file("evidence"),
        evidence: network.evidence().iter().map(|e| evidence_rows.get(&e.id).copied().unwrap_or(0)).collect(),
    };
    Ok(Reading { network, issues: reading.issues, reports: reading.reports, rejected: reading.rejected, mapping, inputs, rows })
}

/// Which table is which; columns that map to nothing are noted.
fn find_tables<'t>(
    source: &str,
    tables: &'t [Table],
    options: &NetworkOptions,
    found: &mut std::collections::BTreeMap<&'static str, Mapped<'t>>,
) -> Result<Vec<Issue>> {
    let mut issues = Vec::new();
    for table in tables {
        let Some(schema) = recognise(table, &options.map) else {
            issues.push(
                Issue::new("table_unknown", Severity::Warning, &table.file, None, "-", &table.header.join(", "))
                    .expected("sites, links, agents, agent_links, evidence or inspectors")
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
    for mapped in found.values() {
        for &at in &mapped.unmapped {
            issues.push(
                Issue::new(
                    "column_unmapped",
                    Severity::Info,
                    &mapped.table.file,
                    None,
                    &mapped.table.header[at],
                    "a column that maps to nothing",
                )
                .expected("a column of the format")
                .hint("kept out; name it with --map if it should be used"),
            );
        }
    }
    Ok(issues)
}

struct Collected {
    issues: Vec<Issue>,
    reports: Vec<TableReport>,
    rejected: Vec<Rejected>,
}

impl Collected {
    fn take(&mut self, (report, mut issues, rejected): (TableReport, Vec<Issue>, Option<Rejected>)) {
        issues.sort_by_key(|i| i.row);
        self.issues.extend(issues);
        self.reports.push(report);
        self.rejected.extend(rejected);
    }
}

/// Stops at personal data, or drops its columns when told to.
fn refuse_personal(
    found: &mut std::collections::BTreeMap<&'static str, Mapped<'_>>,
    options: &NetworkOptions,
) -> Result<std::collections::BTreeMap<&'static str, Vec<usize>>> {
    let mut dropped = std::collections::BTreeMap::new();
    let mut named = Vec::new();
    for (name, mapped) in found.iter_mut() {
        let personal = personal::personal_columns(mapped);
        for (at, what) in &personal {
            named.push(format!("{name}.{} ({what})", mapped.table.header[*at]));
        }
        let columns: Vec<usize> = personal.into_iter().map(|(at, _)| at).collect();
        mapped.drop_columns(&columns);
        dropped.insert(*name, columns);
    }
    if !named.is_empty() && !options.drop_personal {
        return Err(Error::Personal { columns: named });
    }
    Ok(dropped)
}

/// Identity of the files of an input.
fn input_files(path: &Path) -> Result<Vec<InputFile>> {
    let files: Vec<PathBuf> = if path.is_dir() { crate::table::files_in(path)? } else { vec![path.to_owned()] };
    files.iter().map(|file| input_file(file)).collect()
}

fn input_file(path: &Path) -> Result<InputFile> {
    use sha2::{Digest, Sha256};
    let mut input = std::fs::File::open(path).map_err(|e| Error::io(path, &e))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0u8; 1 << 20];
    let mut bytes = 0;
    loop {
        let read = std::io::Read::read(&mut input, &mut buffer).map_err(|e| Error::io(path, &e))?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        digest.update(&buffer[..read]);
    }
    let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(InputFile { file, bytes, sha256: crate::packs::hex(&digest.finalize()) })
}
