//! Visits of a plan, and what they found.

use std::collections::HashSet;
use std::path::Path;

use tierlight_core::model::Evidence;

use super::alone::{Alone, VISITS, read_alone};
use super::schema::EVIDENCE;
use super::{NetworkOptions, evidence, value};
use crate::error::Result;
use crate::packs::Packs;

/// A visit of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedVisit {
    /// Id.
    pub id: String,
    /// Site.
    pub site: String,
    /// District as the plan writes it; empty when it does not.
    pub district: String,
    /// π, of visits that were drawn at random.
    pub inclusion: Option<f64>,
}

/// What a visit found: an item of evidence that names the visit, or the site.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitResult {
    /// Visit of a plan; empty when it is not named.
    pub visit: String,
    /// Site; empty when it is not named.
    pub site: String,
    /// What was found, without id and site.
    pub item: Evidence,
}

/// Word for visits that were drawn.
const RANDOM: &str = "random";

/// Reads `visits.csv` of a plan.
///
/// # Errors
/// What makes the file unreadable as a whole; problems of rows are issues.
pub fn read_visits(path: &Path, options: &NetworkOptions) -> Result<Alone<PlannedVisit>> {
    read_alone(path, &VISITS, options, |intake| {
        let of = |name| intake.mapped.handle(name);
        let (id, site, district, kind, inclusion) =
            (of("visit_id"), of("site_id"), of("district"), of("kind"), of("inclusion_probability"));
        let (mut seen, mut out) = (HashSet::new(), Vec::new());
        intake.each(|rows, row| {
            let name = rows.required(row, id, "give every visit an id");
            if name.is_some_and(|name| !seen.insert(name.to_owned())) {
                rows.reject("id_duplicate", row, id, "an id that no other visit has", "delete one of the rows");
            }
            let site = rows.required(row, site, "name the site");
            let probability = rows.number("share_invalid", row, inclusion, value::SHARE);
            let random = crate::text::header_key(rows.cell(row, kind)) == RANDOM;
            if random && probability.is_none_or(|p| p <= 0.0) && !rows.is_rejected(row) {
                let hint = "the plan writes it; without it a random visit stands for nobody knows how many sites";
                rows.reject("inclusion_missing", row, inclusion, "a probability above 0 for a random visit", hint);
            }
            let (Some(id), Some(site)) = (name, site) else { return };
            if !rows.is_rejected(row) {
                out.push(PlannedVisit {
                    id: id.to_owned(),
                    site: site.to_owned(),
                    district: rows.cell(row, district).to_owned(),
                    inclusion: probability.filter(|_| random),
                });
            }
        })?;
        Ok(out)
    })
}

/// Reads what visits found: columns of `evidence`, with a visit_id or a site_id in each row.
///
/// # Errors
/// What makes the file unreadable as a whole; problems of rows are issues.
pub fn read_results(path: &Path, packs: &Packs, options: &NetworkOptions) -> Result<Alone<VisitResult>> {
    read_alone(path, &EVIDENCE, options, |intake| {
        let (visit, site) = (intake.mapped.handle("visit_id"), intake.mapped.handle("site_id"));
        let columns = evidence::Columns::new(intake.mapped);
        let mut out = Vec::new();
        intake.each(|rows, row| {
            let named = [visit, site].map(|column| rows.cell(row, column).to_owned());
            if named.iter().all(String::is_empty) {
                rows.reject("required_missing", row, visit, "a visit_id or a site_id", "name the visit of the plan");
            }
            let item = evidence::item(rows, row, &columns, packs, options);
            if let Some(item) = item.filter(|_| !rows.is_rejected(row)) {
                let [visit, site] = named;
                out.push(VisitResult { visit, site, item });
            }
        })?;
        Ok(out)
    })
}
