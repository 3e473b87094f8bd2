//! Reports.

use serde::{Deserialize, Serialize};
use tierlight_store::ResultId;
use utoipa::ToSchema;

use super::{Arguments, PackNames, Question, texts};
use crate::problem::Problem;
use crate::problem::table::INVALID;

/// For whom a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportPurpose {
    /// Due diligence report.
    Brand,
    /// Audit pack of an exporter's own chain.
    Exporter,
    /// Brief for a labour inspectorate.
    Inspectorate,
}

/// Who may read a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportAudience {
    /// Those who work on the cases.
    #[default]
    Internal,
    /// Anyone.
    Public,
}

/// Language of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportLanguage {
    /// English.
    #[default]
    En,
    /// Urdu.
    Ur,
}

/// A kind of file of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportForm {
    /// A web page.
    Html,
    /// A document to print.
    Pdf,
    /// A workbook.
    Xlsx,
    /// Findings for programs.
    Json,
}

/// A report: arguments of `tierlight report`. Files that may come with it: `answers` (TOML), `boundaries` (GeoJSON).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "for": "brand", "frameworks": ["csddd"], "formats": ["html", "json"] }))]
pub struct ReportOptions {
    /// For whom.
    #[serde(rename = "for")]
    pub purpose: ReportPurpose,
    /// Laws and guides to hold it against, by id or part of one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub frameworks: Vec<String>,
    /// Only the chains of these buyers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buyers: Vec<String>,
    /// Who may read it.
    #[serde(default)]
    pub audience: ReportAudience,
    /// Language.
    #[serde(default)]
    pub language: ReportLanguage,
    /// A plan that was made from the run for the same purpose, to be part of it: id of a result. Never of a report to publish.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub plan: Option<ResultId>,
    /// Kinds of files; a web page if it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<ReportForm>,
}

impl Question for ReportOptions {
    fn check(&self) -> Result<(), Problem> {
        if self.plan.is_some() && self.audience == ReportAudience::Public {
            return Err(
                Problem::new(INVALID, "a plan is no part of a report to publish").hint("leave `plan` out, or make an internal report")
            );
        }
        texts("frameworks", &self.frameworks, 50)?;
        texts("buyers", &self.buyers, 1_000)
    }

    /// But for the plan, which is a folder: the job names it with `--plan`.
    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.word("for", &self.purpose);
        for framework in &self.frameworks {
            out.value("framework", framework);
        }
        for buyer in &self.buyers {
            out.value("buyer", buyer);
        }
        out.word("audience", &self.audience);
        out.word("lang", &self.language);
        for format in &self.formats {
            out.word("format", format);
        }
        out
    }

    fn files() -> &'static [&'static str] {
        &["answers", "boundaries"]
    }

    fn pack_names(&self) -> PackNames {
        PackNames { frameworks: self.frameworks.clone(), ..PackNames::default() }
    }

    fn plans(&self) -> Vec<ResultId> {
        self.plan.iter().cloned().collect()
    }
}
