//! Tables that stand alone: findings for the law, and the visits of a plan. They are no part of a network.

use std::path::Path;

use super::NetworkOptions;
use super::schema::{TableSchema, col};
use super::tables::{Personal, Tables};
use super::{Intake, TableReport};
use crate::error::{Error, Result};
use crate::issue::Issue;
use crate::table::{ReadOptions, open_tables};

/// Findings to be held against rules of law; a column for each fact that is not derived.
pub const FINDINGS: TableSchema = TableSchema {
    name: "findings",
    synonyms: &["cases"],
    telling: &[&["finding_id"]],
    columns: &[
        col("finding_id", &["id", "case_id", "evidence_id"]),
        col("date", &["found_on", "audit_date", "visit_date", "تاریخ"]),
        col("site_id", &["site", "facility_id", "supplier_id", "factory_id"]),
        col("country", &["country_code", "country_name", "iso3", "country_iso3", "ملک"]),
        col("province", &["state", "territory", "صوبہ"]),
        col("district", &["district_name", "pcode", "district_id", "zila", "ضلع"]),
        col("sector", &["industry", "sector_id", "شعبہ", "صنعت"]),
        col("girls", &["girls_found", "لڑکیاں"]),
        col("boys", &["boys_found", "لڑکے"]),
        col("age", &["age_band", "ages", "age_years", "عمر"]),
        col("sex", &["gender"]),
        col("work", &["works"]),
        col("family_work", &["family_unit", "own_family_work"]),
        col("hours_per_day", &["daily_hours"]),
        col("hours_per_week", &["weekly_hours"]),
        col("night", &["night_work"]),
        col("hazardous", &["hazard", "hazardous_work", "dangerous"]),
        col("listed_work", &["on_schedule", "scheduled_work"]),
        col("school", &["in_school", "attends_school"]),
        col("debt", &["peshgi", "advance_debt", "advance"]),
        col("debt_payment", &["payment_on_debt"]),
        col("property_kept", &["property_withheld"]),
        col("can_leave", &["free_to_leave"]),
        col("pledged", &["labour_pledged"]),
        col("act", &["acts"]),
        col("means", &[]),
        col("purpose", &["purposes"]),
        col("indicators", &["signs", "ilo_indicators"]),
        col("cross_border", &["across_border"]),
        col("organised", &["organized"]),
        col("grave_harm", &["injury_or_death"]),
        col("repeat_offence", &["repeat_offense"]),
        col("company", &["by_company"]),
        col("marriage", &["married"]),
        col("cruelty", &[]),
        col("sexual_abuse", &[]),
        col("missing", &["abducted"]),
    ],
};

/// Visits of a plan, as `tierlight plan` writes them.
pub const VISITS: TableSchema = TableSchema {
    name: "visits",
    synonyms: &["plan"],
    telling: &[&["visit_id", "site_id"]],
    columns: &[
        col("visit_id", &["id"]),
        col("site_id", &["site", "facility_id"]),
        col("date", &["visit_date"]),
        col("district", &["district_id"]),
        col("kind", &["visit_kind"]),
        col("inclusion_probability", &["pi", "inclusion"]),
        col("method", &["visit_method"]),
    ],
};

/// Tables that stand alone and may have a column map.
pub const ALONE: [&TableSchema; 2] = [&FINDINGS, &VISITS];

/// What became of a table that stands alone, beside its rows.
#[derive(Debug)]
pub struct Alone<T> {
    /// What was made of its rows.
    pub rows: Vec<T>,
    /// All issues, in order of rows.
    pub issues: Vec<Issue>,
    /// What became of the table.
    pub report: TableReport,
}

/// Reads the first table of a file that has the telling columns of `schema`; `read` takes its rows in.
pub(super) fn read_alone<T>(
    path: &Path,
    schema: &'static TableSchema,
    options: &NetworkOptions,
    read: impl Fn(&mut Intake<'_>) -> Result<Vec<T>>,
) -> Result<Alone<T>> {
    let tables = open_tables(path, &ReadOptions { encoding: options.encoding.clone() })?;
    let (tables, issues) = Tables::alone(&path.display().to_string(), &tables, schema, options)?;
    tables.without_personal(options, |tables| {
        let none = || Error::NoTable { file: path.display().to_string(), columns: String::new(), hint: String::new() };
        let mut intake = tables.intake(schema.name).ok_or_else(none)?;
        let rows = read(&mut intake)?;
        let taken = intake.finish()?;
        let personal = Personal::from([(schema.name, taken.personal)]);
        Ok((Alone { rows, issues: issues.iter().cloned().chain(taken.issues).collect(), report: taken.report }, personal))
    })
}
