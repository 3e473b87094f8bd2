//! Tables of a run in another form, and runs held against each other.

use serde::{Deserialize, Serialize};
use tierlight_store::RunId;
use utoipa::ToSchema;

use super::{Arguments, HazardWord, Question};
use crate::problem::Problem;
use crate::problem::table::INVALID;

/// A table of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportTable {
    /// Sites.
    #[default]
    Sites,
    /// Scores by site and hazard.
    Scores,
    /// Supply links.
    Links,
    /// Agents.
    Agents,
    /// Evidence with weights.
    Evidence,
    /// Issues of the input.
    Issues,
    /// The network, for graph tools.
    Network,
    /// The sites, for map tools.
    Map,
    /// All that are tables, as a workbook.
    All,
}

/// A form of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportForm {
    /// Text.
    #[default]
    Csv,
    /// A workbook.
    Xlsx,
    /// Columns, compressed.
    Parquet,
    /// GeoJSON: the map.
    Geojson,
    /// GraphML: the network.
    Graphml,
}

/// A table of a run in a form: arguments of `tierlight export`. sites, scores, links, agents, evidence and issues come as csv, xlsx and
/// parquet; network as graphml, map as geojson, all as xlsx.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "table": "all", "form": "xlsx" }))]
pub struct ExportOptions {
    /// Which table.
    pub table: ExportTable,
    /// In which form.
    pub form: ExportForm,
}

impl ExportOptions {
    /// Name of the file that is made.
    #[must_use]
    pub fn name(self) -> String {
        let (table, form) = (word(&self.table), word(&self.form));
        let stem = if self.table == ExportTable::All { "run" } else { table.as_str() };
        format!("{stem}.{form}")
    }

    /// The file of a run folder that it is.
    ///
    /// # Errors
    /// The table is not there in this form.
    pub fn file(self) -> Result<(&'static str, &'static str), Problem> {
        const CSV: &str = "text/csv; charset=utf-8";
        const PARQUET: &str = "application/vnd.apache.parquet";
        Ok(match (self.table, self.form) {
            (ExportTable::Sites, ExportForm::Csv) => ("sites.csv", CSV),
            (ExportTable::Sites, ExportForm::Parquet) => ("sites.parquet", PARQUET),
            (ExportTable::Scores, ExportForm::Csv) => ("scores.csv", CSV),
            (ExportTable::Scores, ExportForm::Parquet) => ("scores.parquet", PARQUET),
            (ExportTable::Links, ExportForm::Csv) => ("links.csv", CSV),
            (ExportTable::Agents, ExportForm::Csv) => ("agents.csv", CSV),
            (ExportTable::Evidence, ExportForm::Csv) => ("evidence.csv", CSV),
            (ExportTable::Issues, ExportForm::Csv) => ("issues.csv", CSV),
            (ExportTable::Network, ExportForm::Graphml) => ("network.graphml", "application/graphml+xml"),
            (ExportTable::Map, ExportForm::Geojson) => ("map.geojson", "application/geo+json"),
            _ => {
                let hint = "all tables but network and map are there as csv, sites and scores as parquet, map as geojson, network as graphml; POST …/exports makes the others";
                return Err(Problem::new(INVALID, "the table is not there in this form").hint(hint));
            }
        })
    }
}

/// The word of a table or form.
fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

impl ExportTable {
    /// Forms that it can be made in.
    fn forms(self) -> &'static [ExportForm] {
        match self {
            Self::Network => &[ExportForm::Graphml],
            Self::Map => &[ExportForm::Geojson],
            Self::All => &[ExportForm::Xlsx],
            _ => &[ExportForm::Csv, ExportForm::Xlsx, ExportForm::Parquet],
        }
    }
}

impl Question for ExportOptions {
    fn check(&self) -> Result<(), Problem> {
        let forms = self.table.forms();
        if forms.contains(&self.form) {
            return Ok(());
        }
        let (table, known) = (word(&self.table), forms.iter().map(word).collect::<Vec<_>>().join(", "));
        Err(Problem::new(INVALID, format!("{table} has no form {}", word(&self.form))).hint(format!("{table} comes as {known}")))
    }

    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.word("table", &self.table);
        out.word("form", &self.form);
        out
    }
}

/// A run held against an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "before": "run_0192f0c1e2d37a4c9f5b6a7d8e9f0a1b" }))]
pub struct CompareOptions {
    /// The earlier run.
    #[schema(value_type = String)]
    pub before: RunId,
    /// Hazard of presence and linked shares.
    #[serde(default)]
    pub hazard: HazardWord,
    /// Rows of each list.
    #[serde(default = "top")]
    pub top: usize,
}

fn top() -> usize {
    100
}

/// Most rows of a list.
const ROWS: usize = 10_000;

impl Question for CompareOptions {
    fn check(&self) -> Result<(), Problem> {
        if self.top == 0 || self.top > ROWS {
            return Err(Problem::new(INVALID, format!("top is {}, expected from 1 to {ROWS}", self.top)));
        }
        Ok(())
    }

    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.hazard(self.hazard);
        out.value("top", self.top);
        out
    }
}
