//! Tables to a network: every row is used or rejected with a reason, and nothing stops at the first problem.

mod agents;
pub mod alone;
mod combine;
mod evidence;
pub mod facilities;
mod facts;
pub mod findings;
mod inspectors;
mod links;
mod made;
pub mod mapping;
pub mod merges;
mod orders;
mod personal;
mod place;
pub mod planning;
mod preview;
mod registry;
mod rejected;
mod rows;
pub mod schema;
mod sites;
mod tables;
pub mod value;
pub mod visits;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::civil::Date;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use tierlight_core::model::{Network, NetworkParts};
use tierlight_core::risk::hidden::add_modelled_sites;
use tierlight_core::{Observer, Silent};

pub use evidence::PAYERS;
pub use personal::looks_personal;
pub use preview::{Preview, preview};
pub use rejected::Rejected;

use crate::error::{Error, Result};
use crate::issue::Issue;
use crate::memory::{Budget, Sizes};
use crate::packs::Packs;
use crate::table::{ReadOptions, Table, open_tables};
use mapping::{ColumnMap, Handle};
use rows::{Intake, Rows, Taken};
use tables::{Personal, Tables};

/// How to read a network.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
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
    /// What orders are used for.
    pub orders: OrderUse,
    /// A further table of evidence, in columns of the format: a ledger that is kept apart from the network.
    pub ledger: Option<PathBuf>,
}

/// Name under which the ledger is reported, and its rejected rows are kept.
const LEDGER: &str = "ledger";

/// What orders are used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderUse {
    /// Modelled sites are added for the work that they say may be done elsewhere.
    Model,
    /// They are explained, and change no score.
    Explain,
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
            orders: OrderUse::Model,
            ledger: None,
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
        // a ledger may name sites that the network does not have any more
        self.reports.iter().filter(|r| r.table != LEDGER).map(share).fold(0.0, f64::max)
    }
}

/// Reads a network from a file or folder. CSV and Parquet files are streamed: they may be larger than memory.
///
/// # Errors
/// What makes the input unreadable as a whole; problems of rows are issues of the [`Reading`].
pub fn read_network(path: &Path, packs: &Packs, options: &NetworkOptions) -> Result<Reading> {
    read_network_within(path, packs, options, &Budget::NONE, &Silent)
}

/// Reads a network that must fit into a budget of memory; the observer may stop it. Before rows are read their number is estimated.
///
/// # Errors
/// As [`read_network`]; [`Error::Memory`]; [`tierlight_core::Error::Cancelled`].
pub fn read_network_within(
    path: &Path,
    packs: &Packs,
    options: &NetworkOptions,
    budget: &Budget,
    observer: &dyn Observer,
) -> Result<Reading> {
    budget.check(path, crate::table::held_whole(path)?)?;
    let tables = open_tables(path, &ReadOptions { encoding: options.encoding.clone() })?;
    let source = path.display().to_string();
    let kept = options.ledger.as_ref().map(|path| open_tables(path, &ReadOptions::default())).transpose()?;
    // its columns are those of the format, whatever the network's are called
    let plain = NetworkOptions { map: ColumnMap::default(), ..options.clone() };
    let ledger = kept.as_ref().map(|tables| Tables::alone(LEDGER, tables, &schema::EVIDENCE, &plain)).transpose()?.map(|found| found.0);
    let failed = AtomicBool::new(false);
    let network = || {
        let reading = Tables::find(&source, &tables, options).and_then(|(found, issues)| {
            budget.check(path, found.sizes()?)?;
            let found = found.watched(observer);
            found.without_personal(options, |tables| read_tables(tables, ledger.as_ref(), issues.clone(), packs, options))
        });
        failed.store(reading.is_err(), Ordering::Relaxed);
        reading
    };
    let stopped = || failed.load(Ordering::Relaxed) || observer.cancelled();
    let (reading, inputs) = rayon::join(network, || input_files(path, &stopped));
    let mut reading = reading?;
    reading.inputs = inputs?;
    if let Some(path) = &options.ledger {
        reading.inputs.push(input_file(path, &stopped)?);
    }
    if !options.merges.is_empty() {
        reading.inputs.push(input_file(&options.merges.path, &stopped)?);
    }
    observer.check()?;
    let (sites, links) = (reading.network.sites().len() as u64, reading.network.links().len() as u64);
    budget.check(path, Sizes { sites, links, held: 0 })?;
    Ok(reading)
}

/// Builds a network from tables.
///
/// # Errors
/// As [`read_network`].
pub fn network_of(source: &str, tables: &[Table], inputs: Vec<InputFile>, packs: &Packs, options: &NetworkOptions) -> Result<Reading> {
    let (tables, issues) = Tables::find(source, tables, options)?;
    let mut reading = tables.without_personal(options, |tables| read_tables(tables, None, issues.clone(), packs, options))?;
    reading.inputs = inputs;
    Ok(reading)
}

/// Reads the tables, each once.
fn read_tables(
    tables: &Tables<'_>,
    ledger: Option<&Tables<'_>>,
    issues: Vec<Issue>,
    packs: &Packs,
    options: &NetworkOptions,
) -> Result<(Reading, Personal)> {
    let mut parts = NetworkParts::new(options.as_of);
    let mut done = Done { issues, reports: Vec::new(), rejected: Vec::new(), personal: Personal::new() };
    let mut registry = registry::Registry::default();
    if let Some(mut intake) = tables.intake("sites") {
        sites::read(&mut intake, packs, options, &mut parts, &mut registry, &mut done.issues)?;
        done.take(intake.finish()?);
    }
    if let Some(mut intake) = tables.intake("links") {
        let made = links::read(&mut intake, packs, options, &mut parts, &mut registry, tables.has("sites"))?;
        if let Some(ids) = made {
            options.merges.check(|id| ids.contains(id), intake.any_rejected(), &mut done.issues)?;
        }
        done.take(intake.finish()?);
    }
    let mut agent_rows = std::collections::HashMap::new();
    if let Some(mut intake) = tables.intake("agents") {
        agents::read(&mut intake, packs, options, &mut parts, &mut agent_rows)?;
        done.take(intake.finish()?);
    }
    if let Some(mut intake) = tables.intake("agent_links") {
        agents::read_links(&mut intake, &registry, &mut parts, &agent_rows)?;
        done.take(intake.finish()?);
    }
    let mut evidence_rows = evidence::FileRows::new();
    if let Some(mut intake) = tables.intake("evidence") {
        evidence_rows = evidence::read(&mut intake, packs, options, &registry, &mut parts)?;
        done.take(intake.finish()?);
    }
    if let Some(mut intake) = ledger.and_then(|ledger| ledger.intake("evidence")) {
        // its rows are in no file of the network's
        evidence::read(&mut intake, packs, options, &registry, &mut parts)?;
        done.take_ledger(intake.finish()?)?;
    }
    if let Some(mut intake) = tables.intake("orders") {
        orders::read(&mut intake, options, &registry, &mut parts)?;
        done.take(intake.finish()?);
    }
    if let Some(mut intake) = tables.intake("inspectors") {
        inspectors::read(&mut intake, packs, options.country)?;
        done.take(intake.finish()?);
    }
    let file_rows = std::mem::take(&mut registry.file_rows);
    (parts.site_ids, parts.site_names) = registry.into_names();
    if options.orders == OrderUse::Model {
        add_modelled_sites(&mut parts, &packs.parameters);
    }
    let (network, order) = Network::ordered(parts)?;
    let rows = FileRows {
        sites_file: tables.file("sites"),
        sites: if file_rows.is_empty() {
            Vec::new()
        } else {
            // modelled sites stand in no file
            order.iter().map(|&old| file_rows.get(old as usize).copied().unwrap_or(0)).collect()
        },
        evidence_file: tables.file("evidence"),
        evidence: network.evidence().iter().map(|e| evidence_rows.get(&e.id).copied().unwrap_or(0)).collect(),
    };
    let Done { issues, reports, rejected, personal } = done;
    Ok((Reading { network, issues, reports, rejected, mapping: tables.mapping(), inputs: Vec::new(), rows }, personal))
}

/// What became of the tables read so far.
struct Done {
    issues: Vec<Issue>,
    reports: Vec<TableReport>,
    rejected: Vec<Rejected>,
    personal: Personal,
}

impl Done {
    fn take(&mut self, taken: Taken) {
        let table = taken.table;
        self.personal.insert(table, taken.personal);
        self.issues.extend(taken.issues);
        self.reports.push(taken.report);
        self.rejected.extend(Some(taken.rejected).filter(|r| r.count() > 0));
    }
}

impl Done {
    /// Personal data in a ledger stops what is read: no option leaves its columns out.
    fn take_ledger(&mut self, mut taken: Taken) -> Result<()> {
        if let [first, ..] = taken.personal.as_slice() {
            return Err(Error::Personal { columns: vec![format!("{LEDGER} ({})", first.1)] });
        }
        LEDGER.clone_into(&mut taken.report.table);
        LEDGER.clone_into(&mut taken.rejected.table);
        self.issues.extend(taken.issues);
        self.reports.push(taken.report);
        self.rejected.extend(Some(taken.rejected).filter(|r| r.count() > 0));
        Ok(())
    }
}

/// Identity of the files of an input. Once `stopped` nobody asks for it any more.
fn input_files(path: &Path, stopped: &(dyn Fn() -> bool + Sync)) -> Result<Vec<InputFile>> {
    let files: Vec<PathBuf> = if path.is_dir() { crate::table::files_in(path)? } else { vec![path.to_owned()] };
    files.par_iter().map(|file| input_file(file, stopped)).collect()
}

fn input_file(path: &Path, stopped: &dyn Fn() -> bool) -> Result<InputFile> {
    use sha2::{Digest, Sha256};
    let mut input = std::fs::File::open(path).map_err(|e| Error::io(path, &e))?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0u8; 1 << 20];
    let mut bytes = 0;
    while !stopped() {
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
