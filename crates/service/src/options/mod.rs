//! What can be asked of jobs, as JSON; and the same as arguments of the program that does it. Files that come with a question have
//! fixed stems (`teams`, `travel`, `findings` …): their place is filled in when the job runs.

mod contributions;
mod export;
mod findings;
mod matches;
mod packs;
mod plan;
mod read;
mod report;
mod score;
mod whatif;

pub use contributions::ContributionsOptions;
pub use export::{CompareOptions, ExportForm, ExportOptions, ExportTable};
pub use findings::{LearnOptions, QualifyOptions};
pub use matches::MatchesOptions;
pub use packs::{PackDiffOptions, PackName, PacksOptions};
pub use plan::{PlanOptions, PlanPurpose};
pub use read::ReadOptions;
pub use report::{ReportAudience, ReportForm, ReportLanguage, ReportOptions, ReportPurpose};
pub use score::{Hidden, Reach, ScoreOptions};
pub use whatif::{Action, Scenario, WhatIfOptions};

use serde::{Deserialize, Serialize};
use tierlight_store::ResultId;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::problem::table::INVALID;

/// A hazard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HazardWord {
    /// Child labour.
    #[default]
    ChildLabour,
    /// Hazardous work.
    Hazardous,
    /// Forced labour.
    Forced,
}

impl HazardWord {
    /// The core's.
    #[must_use]
    pub fn hazard(self) -> tierlight_core::model::Hazard {
        use tierlight_core::model::Hazard;
        match self {
            Self::ChildLabour => Hazard::ChildLabour,
            Self::Hazardous => Hazard::Hazardous,
            Self::Forced => Hazard::Forced,
        }
    }
}

/// Arguments of a program. A value is never a flag of its own: it stands behind an equals sign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arguments(Vec<String>);

impl Arguments {
    /// A flag with a value.
    pub fn value(&mut self, flag: &str, value: impl std::fmt::Display) {
        self.0.push(format!("--{flag}={value}"));
    }

    /// A flag with a value, if there is one.
    pub fn maybe(&mut self, flag: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.value(flag, value);
        }
    }

    /// A switch, if it is on.
    pub fn switch(&mut self, flag: &str, on: bool) {
        if on {
            self.0.push(format!("--{flag}"));
        }
    }

    /// A flag with the word of a value.
    pub fn word(&mut self, flag: &str, value: &impl Serialize) {
        if let Ok(serde_json::Value::String(word)) = serde_json::to_value(value) {
            self.value(flag, word.replace('_', "-"));
        }
    }

    /// A flag with a hazard, whose words have underscores.
    pub fn hazard(&mut self, value: HazardWord) {
        self.value("hazard", value.hazard().slug());
    }

    /// The arguments.
    #[must_use]
    pub fn into_vec(self) -> Vec<String> {
        self.0
    }
}

/// Names in a question that are those of packs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackNames {
    /// A country.
    pub country: Option<String>,
    /// A sector.
    pub sector: Option<String>,
    /// Laws and guides.
    pub frameworks: Vec<String>,
}

impl PackNames {
    /// These, unless packs of users may hold them.
    fn of(self, packs: &[ResultId]) -> Self {
        if packs.is_empty() { self } else { Self::default() }
    }
}

/// What can be asked of a job.
pub trait Question {
    /// Refuses what no program would take.
    ///
    /// # Errors
    /// A value outside its range.
    fn check(&self) -> Result<(), Problem>;

    /// The question as arguments.
    fn arguments(&self) -> Arguments;

    /// Stems of files that may come with it.
    #[must_use]
    fn files() -> &'static [&'static str] {
        &[]
    }

    /// True for a stem of which several files may come: they are numbered from 1 as they come, `findings-1.csv`.
    #[must_use]
    fn many(_stem: &str) -> bool {
        false
    }

    /// Packs that it names: the job puts them into folders, and names each with `--pack`.
    fn packs(&self) -> Vec<ResultId> {
        Vec::new()
    }

    /// Names that the packs must know; none where packs of users, whose names are not known beforehand, lie over the built-in ones.
    fn pack_names(&self) -> PackNames {
        PackNames::default()
    }

    /// Plans that it names: the job puts them into folders.
    fn plans(&self) -> Vec<ResultId> {
        Vec::new()
    }
}

/// Most packs.
const PACKS: usize = 16;

fn few_packs(packs: &[ResultId]) -> Result<(), Problem> {
    if packs.len() > PACKS {
        return Err(Problem::new(INVALID, format!("{} packs, at most {PACKS} are taken", packs.len())));
    }
    match packs.iter().enumerate().find(|(k, pack)| packs[..*k].contains(pack)) {
        Some((_, twice)) => Err(Problem::new(INVALID, format!("{twice} stands twice among the packs")).hint("name each once")),
        None => Ok(()),
    }
}

/// Longest text of an option.
const TEXT: usize = 200;

fn text(name: &str, value: Option<&String>) -> Result<(), Problem> {
    match value {
        Some(value) if value.is_empty() || value.len() > TEXT || value.chars().any(char::is_control) => {
            Err(Problem::new(INVALID, format!("{name} is empty, longer than {TEXT} bytes or has control characters")))
        }
        _ => Ok(()),
    }
}

fn texts(name: &str, values: &[String], most: usize) -> Result<(), Problem> {
    if values.len() > most {
        return Err(Problem::new(INVALID, format!("{name} has {} values, at most {most} are taken", values.len())));
    }
    values.iter().try_for_each(|value| text(name, Some(value)))
}

fn date(name: &str, value: Option<&String>) -> Result<(), Problem> {
    match value {
        Some(value) if value.parse::<jiff::civil::Date>().is_err() => {
            Err(Problem::new(INVALID, format!("{name} is no day, expected YYYY-MM-DD")))
        }
        _ => Ok(()),
    }
}

fn share(name: &str, value: Option<f64>) -> Result<(), Problem> {
    match value {
        Some(value) if !(0.0..=1.0).contains(&value) => {
            Err(Problem::new(INVALID, format!("{name} is {value}, expected a share from 0 to 1")))
        }
        _ => Ok(()),
    }
}

fn draws(value: Option<usize>) -> Result<(), Problem> {
    let most = tierlight_core::draws::MOST_DRAWS;
    match value {
        Some(value) if value > most || (1..20).contains(&value) => {
            Err(Problem::new(INVALID, format!("draws is {value}, expected 0, or from 20 to {most}")).hint("400 is usual"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_no_flags() {
        let options = ReadOptions { country: Some("--map=/etc/passwd".to_owned()), drop_personal: true, ..ReadOptions::default() };
        assert_eq!(options.arguments().into_vec(), ["--country=--map=/etc/passwd", "--drop-personal"]);
        assert!(ReadOptions { as_of: Some("soon".to_owned()), ..ReadOptions::default() }.check().is_err());
        assert!(ScoreOptions { draws: Some(3), ..ScoreOptions::default() }.check().is_err());
    }
}
