//! What was learned, as a pack: base prevalences moved by the intercept, and what that rests on.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use tierlight_core::decide::learn::Learned;
use tierlight_core::risk::logit::{Interval, expit, logit};
use tierlight_core::{Assessment, Observer};

use crate::atomic::PendingFolder;
use crate::cells::write_cells;
use crate::error::{Error, Result};

/// Columns of `sector_base`.
const BASE: [&str; 13] = [
    "sector_id",
    "country_iso3",
    "base_reported",
    "reporting",
    "base",
    "low",
    "high",
    "derivation",
    "area",
    "year",
    "grade",
    "source_key",
    "note",
];
const SOURCES: [&str; 7] = ["source_key", "title", "publisher", "year", "definition", "caveats", "tier"];
const RELIABILITY: [&str; 6] = ["visits_drawn", "tenth", "visits", "presence_expected", "found_rate_expected", "found_rate"];
/// Source of what was learned.
const SOURCE: &str = "random_visits";
/// It hangs on sensitivities that are judged.
const GRADE: &str = "D";

/// Writes the pack: a descriptor, `sector_base` for every sector and country of the run, `sources`, and beside them what was learned
/// (`learned.json`) and the reliability table (`reliability.csv`). Intervals of the bases keep their width: one intercept says nothing
/// about how far a single sector is off.
///
/// # Errors
/// The folder exists and is not empty, or it cannot be written; nothing partial stays.
pub fn write_learned(
    folder: &Path,
    a: &Assessment<'_>,
    learned: &Learned,
    year: i16,
    summary: &Value,
    observer: &dyn Observer,
) -> Result<usize> {
    let pending = PendingFolder::new(folder)?;
    let rows = bases(a, learned, year);
    let count = rows.len();
    write_cells(&pending.path().join("sector_base.csv"), false, &BASE, rows)?;
    write_cells(&pending.path().join("sources.csv"), false, &SOURCES, [source(learned, year)])?;
    write_cells(&pending.path().join("reliability.csv"), false, &RELIABILITY, reliability(learned))?;
    let descriptor = json!({
        "name": "learned",
        "title": "Base prevalences moved by what random visits found",
        "version": "1",
        "resources": [{ "name": "sources", "path": "sources.csv" }, { "name": "sector_base", "path": "sector_base.csv" }],
    });
    for (name, value) in [("datapackage.json", &descriptor), ("learned.json", summary)] {
        let path = pending.path().join(name);
        std::fs::write(&path, format!("{value:#}\n")).map_err(|e| Error::io(&path, &e))?;
    }
    pending.commit(observer)?;
    Ok(count)
}

/// Largest base that the schema of `sector_base` takes: more found than the stated sensitivity allows moves a base without end.
const HIGHEST: f64 = 0.95;

/// Every sector and country of the run, its base moved.
fn bases(a: &Assessment<'_>, learned: &Learned, year: i16) -> Vec<Vec<String>> {
    let p = a.parameters;
    let pairs: BTreeSet<(u16, u16)> = a.network.sites().iter().map(|s| (s.sector, s.country)).collect();
    let moved = learned.intercept.moved;
    let row = |(sector, country): (u16, u16)| {
        let site = a.network.sites().iter().position(|s| (s.sector, s.country) == (sector, country))?;
        let levels = &a.model.prior(site).levels;
        let own = &p.bases[levels.base_row];
        let iso3 = &p.countries[usize::from(country)].iso3;
        let spread = (levels.base_sd * levels.base_sd + levels.level_sd * levels.level_sd).sqrt();
        let meant = expit(logit(levels.base) + moved);
        let now = Interval::around(meant.min(HIGHEST), spread);
        let area = if own.area.is_empty() { iso3.clone() } else { own.area.join("|") };
        let kept = if meant > HIGHEST { "; kept to the most that a pack may state" } else { "" };
        let note = format!("{} moved by {moved:+.3} log-odds, at stated sensitivities{kept}", levels.base);
        let numbers = [now.mean * own.reporting, own.reporting, now.mean, now.low, now.high].map(|x| x.to_string());
        let mut cells = vec![p.sectors[usize::from(sector)].id.clone(), iso3.clone()];
        cells.extend(numbers);
        cells.extend(["derived".to_owned(), area, year.to_string(), GRADE.to_owned(), SOURCE.to_owned(), note]);
        Some(cells)
    };
    pairs.into_iter().filter_map(row).collect()
}

fn source(learned: &Learned, year: i16) -> Vec<String> {
    let s = &learned.share;
    let definition = format!("Found rate {} of {} random visits in {} districts, by 1/π", s.found_rate, s.visits, s.districts);
    [
        SOURCE,
        "Findings of random visits, learned by tierlight",
        "own inspections",
        &year.to_string(),
        &definition,
        "Random visits show Se·P only: learned at stated sensitivities, which are judged",
        GRADE,
    ]
    .map(str::to_owned)
    .into()
}

fn reliability(learned: &Learned) -> Vec<Vec<String>> {
    let row = |r: &tierlight_core::decide::learn::Reliability| {
        let mut cells = vec![if r.random { "random" } else { "targeted" }.to_owned(), r.tenth.to_string(), r.visits.to_string()];
        cells.extend([r.presence, r.expected, r.found].map(|x| x.to_string()));
        cells
    };
    learned.reliability.iter().map(row).collect()
}
