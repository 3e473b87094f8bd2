//! Whether the method can work with a pack over the packs below it.

use tierlight_core::risk::base::Priors;
use tierlight_core::risk::district::district_effects;

use super::{DESCRIPTOR, descriptor};
use crate::error::{Error, Result};
use crate::issue::{Issue, Severity};
use crate::packs::check::notes::Notes;
use crate::packs::descriptor::Descriptor;
use crate::packs::{PackSource, PackTables, Row, law, parameters, surveys};

/// Tables that the small-area model is fitted to, the likeliest to be at fault first.
const AREA_TABLES: [&str; 5] = ["surveys", "indicators", "area_covariates", "districts", "parameters"];

/// Issues of a pack whose tables have no errors.
pub(super) fn check(source: &PackSource, below: &PackTables) -> Vec<Issue> {
    let Some(descriptor) = descriptor(source, &mut Notes::default()) else { return Vec::new() };
    let mut all = below.clone();
    if let Err(error) = all.add(source) {
        return vec![unusable(&error, &descriptor)];
    }
    let mut issues = empty_surveys(&all, &descriptor);
    if let Err(error) = works(&all) {
        issues.push(unusable(&error, &descriptor));
    }
    issues
}

/// Computes what every assessment begins with, and reads the rules of law.
fn works(all: &PackTables) -> Result<()> {
    let parameters = parameters::parameters(all)?;
    let districts = district_effects(&parameters)?;
    Priors::new(&parameters, &districts)?;
    law::read_law(all)?;
    Ok(())
}

/// Surveys and covariates of the pack that no row of the indicators belongs to.
fn empty_surveys(all: &PackTables, descriptor: &Descriptor) -> Vec<Issue> {
    let own = |row: &&Row| *row.pack == *descriptor.name;
    let found = surveys::empty(all).into_iter().filter(|(_, row)| own(row));
    found
        .map(|(table, row)| {
            let cells = ["indicator", "sex", "age_group", "source_key", "level"].map(|c| row.get(c));
            let shown: Vec<&str> = cells.into_iter().filter(|c| !c.is_empty()).collect();
            Issue::new("survey_empty", Severity::Warning, path(descriptor, table), Some(row.number), "indicator", &shown.join(", "))
                .expected("rows of indicators with this indicator, sex, age_group and source_key at this level")
                .hint("add the rows, or correct the cells that name them; as it is nothing comes of the row")
        })
        .collect()
}

fn unusable(error: &Error, descriptor: &Descriptor) -> Issue {
    let issue = |file: &str, row, column: &str, found: &str| Issue::new("pack_unusable", Severity::Error, file, row, column, found);
    match error {
        Error::Malformed { file, row, column, found, expected, .. } => {
            issue(file, Some(*row), column, found).expected(expected).hint("correct the cell, or leave the row out")
        }
        Error::Core(tierlight_core::Error::AreaModel { what }) => {
            let sets: Vec<&str> = AREA_TABLES.into_iter().filter(|t| descriptor.resources.iter().any(|r| r.name == *t)).collect();
            let file = sets.first().map_or(DESCRIPTOR, |table| path(descriptor, table));
            let set = if sets.is_empty() { "no table of the model".to_owned() } else { sets.join(", ") };
            issue(file, None, "-", what)
                .expected(format!("a small-area model that can be fitted; pack {} sets {set}", descriptor.name))
                .hint("look for rates, sample sizes, populations or parameters that cannot be")
        }
        Error::Core(tierlight_core::Error::BadParameter { name, .. } | tierlight_core::Error::MissingParameter { name }) => {
            issue(path(descriptor, "parameters"), None, name, &error.to_string())
                .expected(format!("every parameter of the method in its range with pack {}", descriptor.name))
                .hint("correct the row of the parameter, or take it out")
        }
        other => issue(DESCRIPTOR, None, "-", &other.to_string())
            .expected(format!("tables that the method can work with, in pack {}", descriptor.name))
            .hint("correct what is named, or take it out"),
    }
}

/// File of a table, as the descriptor has it.
fn path<'a>(descriptor: &'a Descriptor, table: &str) -> &'a str {
    descriptor.resources.iter().find(|r| r.name == table).map_or(DESCRIPTOR, |r| r.path.as_str())
}
