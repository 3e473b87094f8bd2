//! Contributions to many buyers as one table, written buyer by buyer.

use std::path::Path;

use tierlight_core::Assessment;
use tierlight_core::model::{Hazard, PerHazard, PerSex};
use tierlight_core::network::contribution::{Contribution, Heaviest, contributions_of, heaviest};

use crate::atomic::write_file;
use crate::error::{Error, Result};
use crate::text::neutral;

const COLUMNS: [&str; 12] = [
    "buyer_id",
    "part",
    "site_id",
    "sites",
    "value_through",
    "value",
    "child_labour_girls",
    "child_labour_boys",
    "hazardous_girls",
    "hazardous_boys",
    "forced_girls",
    "forced_boys",
];

/// Rows of one buyer before they are written.
struct Rows {
    heaviest: Heaviest,
    dark_sites: usize,
    dark: f64,
    dark_linked: PerHazard<PerSex<f64>>,
}

/// Writes, for each buyer, its `top` largest contributions on a hazard, then what the other sites add together, then its untraced
/// part: the rows of a buyer sum to its linked share, and `value` to 1. Returns the number of rows.
///
/// # Errors
/// A file that cannot be written, or that exists when `replace` is false.
pub fn write_contributions(path: &Path, replace: bool, a: &Assessment<'_>, buyers: &[usize], hazard: Hazard, top: usize) -> Result<u64> {
    let mut written = 0;
    write_file(path, replace, |out| {
        let failed =
            |e: &csv::Error| Error::Unreadable { path: path.to_owned(), reason: e.to_string(), hint: "choose another file".to_owned() };
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(COLUMNS).map_err(|e| failed(&e))?;
        let reduce = |_, parts: Vec<Contribution>| rows_of(a, parts, hazard, top);
        contributions_of(&a.plan, &a.updated, buyers, reduce, |buyer, rows| {
            for cells in cells(a, buyer, &rows) {
                writer.write_record(&cells).map_err(|e| failed(&e))?;
                written += 1;
            }
            Ok::<(), Error>(())
        })?;
        writer.flush().map_err(|e| Error::io(path, &e))
    })?;
    Ok(written)
}

fn rows_of(a: &Assessment<'_>, parts: Vec<Contribution>, hazard: Hazard, top: usize) -> Rows {
    let mut rows = Rows { heaviest: Heaviest::default(), dark_sites: 0, dark: 0.0, dark_linked: PerHazard::default() };
    for c in parts.iter().filter(|c| c.dark > 0.0) {
        rows.dark_sites += 1;
        rows.dark += c.dark;
        let q = a.untraced.of_site(&a.network.sites()[c.site]).prevalence;
        for (sum, q) in rows.dark_linked.iter_mut().flatten().zip(q.iter().flatten()) {
            *sum += c.dark * q;
        }
    }
    rows.heaviest = heaviest(&a.plan, parts, hazard.index(), top);
    rows
}

fn cells(a: &Assessment<'_>, buyer: usize, rows: &Rows) -> Vec<Vec<String>> {
    let id = |site: usize| neutral(a.network.site_id(site)).into_owned();
    let row = |part: &str, site: String, sites: usize, through: Option<f64>, value: f64, linked: &PerHazard<PerSex<f64>>| {
        let mut cells = vec![id(buyer), part.to_owned(), site, sites.to_string()];
        cells.push(through.map_or_else(String::new, |x| x.to_string()));
        cells.push(value.to_string());
        cells.extend(linked.iter().flatten().map(f64::to_string));
        cells
    };
    let value = |c: &Contribution| c.multiplier * a.plan.value_added[a.plan.position_of[c.site] as usize];
    let h = &rows.heaviest;
    let listed = h.listed.iter().map(|c| row("site", id(c.site), 1, Some(c.multiplier), value(c), &c.traced));
    let mut out: Vec<Vec<String>> = listed.collect();
    if h.others > 0 {
        out.push(row("other_sites", String::new(), h.others, None, h.others_value, &h.others_traced));
    }
    if rows.dark_sites > 0 {
        out.push(row("untraced", String::new(), rows.dark_sites, None, rows.dark, &rows.dark_linked));
    }
    out
}
