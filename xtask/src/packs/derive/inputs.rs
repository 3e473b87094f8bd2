//! The tables that the base prevalences are derived from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, ensure};

use super::table::{Row, read};

/// The country whose surveys carry the derivation.
pub const COUNTRY: &str = "PAK";
/// All ages of a survey of child labour.
pub const AGES: &str = "5-17";

/// A broad industry that a survey of child labour tells apart.
#[derive(Debug, Clone)]
pub struct Industry {
    pub id: String,
    pub name: String,
    /// Industry of the labour force survey that its adult share is taken from.
    pub broad: String,
    /// Provinces whose survey publishes it.
    pub places: Vec<String>,
    /// Industry of the labour force survey, less others; blank when it has no workers.
    pub employment: String,
    pub less: Vec<String>,
}

/// How a sector stands in its industry.
#[derive(Debug, Clone)]
pub struct Split {
    pub industry: String,
    pub weight: f64,
    pub structure: String,
    pub offset: f64,
    pub derivation: String,
    pub grade: String,
    pub spread: f64,
    pub note: String,
}

/// Everything the derivation reads.
#[derive(Debug)]
pub struct Inputs {
    /// Rows of `sectors`, in order.
    pub sectors: Vec<Row>,
    pub industries: Vec<Industry>,
    pub split: BTreeMap<String, Split>,
    pub direct: Vec<Row>,
    pub counts: Vec<Row>,
    pub shares: Vec<Row>,
    pub survey: Vec<Row>,
    pub employment: Vec<Row>,
    pub indicators: Vec<Row>,
    /// Inhabitants by province.
    pub population: BTreeMap<String, f64>,
    /// Sectors listed for child labour in [`COUNTRY`].
    pub listed: BTreeSet<String>,
    /// Child-labour rate of the world, 0 to 1.
    pub world_rate: f64,
    /// Rows of `derivation_inputs`.
    pub judged: Vec<Row>,
    constants: BTreeMap<String, f64>,
}

impl Inputs {
    /// Reads the packs below a folder.
    pub fn read(datasets: &Path) -> anyhow::Result<Self> {
        let table = |pack: &str, name: &str| read(datasets, pack, name);
        let both = |name: &str| -> anyhow::Result<Vec<Row>> { Ok([table("pakistan", name)?, table("world", name)?].concat()) };
        let list = |text: &str| -> Vec<String> { text.split('|').filter(|t| !t.is_empty()).map(str::to_owned).collect() };
        let mut industries = Vec::new();
        for row in table("pakistan", "industries")? {
            industries.push(Industry {
                id: row.text("industry")?.to_owned(),
                name: row.text("name")?.to_owned(),
                broad: row.text("broad")?.to_owned(),
                places: list(row.text("places")?),
                employment: row.text("employment")?.to_owned(),
                less: list(row.text("less")?),
            });
        }
        let mut split = BTreeMap::new();
        for row in both("sector_split")? {
            let text = |column: &str| row.text(column).map(str::to_owned);
            let one = Split {
                industry: text("industry")?,
                weight: row.number("weight")?,
                structure: text("structure")?,
                offset: row.maybe("offset")?.unwrap_or(0.0),
                derivation: text("derivation")?,
                grade: text("base_grade")?,
                spread: row.maybe("spread")?.unwrap_or(0.0),
                note: text("note")?,
            };
            ensure!(split.insert(text("sector_id")?, one).is_none(), "{} stands twice in sector_split", text("sector_id")?);
        }
        let mut constants = BTreeMap::new();
        let judged = both("derivation_inputs")?;
        for row in &judged {
            constants.insert(row.text("input")?.to_owned(), row.number("value")?);
        }
        for row in table("world", "parameters")? {
            constants.insert(row.text("parameter")?.to_owned(), row.number("mean")?);
        }
        let mut population = BTreeMap::new();
        for row in table("pakistan", "districts")?.iter().filter(|r| r.is(&[("status", "census_2023")])) {
            *population.entry(row.text("province")?.to_owned()).or_insert(0.0) += row.maybe("population_2023")?.unwrap_or(0.0);
        }
        let mut listed = BTreeSet::new();
        for row in table("world", "goods_listings")?.iter().filter(|r| r.is(&[("country_iso3", COUNTRY), ("child_labour", "1")])) {
            listed.insert(row.text("sector_id")?.to_owned());
        }
        let countries = table("world", "countries")?;
        let world = countries.iter().find(|r| r.is(&[("iso3", "WLD")])).context("countries.csv has no row WLD")?;
        Ok(Self {
            sectors: table("world", "sectors")?,
            industries,
            split,
            direct: both("sector_direct")?,
            counts: both("sector_counts")?,
            shares: table("world", "share_inputs")?,
            survey: table("pakistan", "child_labour_by_industry")?,
            employment: table("pakistan", "employment")?,
            indicators: table("pakistan", "indicators")?,
            population,
            listed,
            world_rate: world.number("child_labour_rate")? / 100.0,
            judged,
            constants,
        })
    }

    /// A number of `derivation_inputs` or `parameters`.
    pub fn constant(&self, name: &str) -> anyhow::Result<f64> {
        self.constants.get(name).copied().with_context(|| format!("no input {name} in derivation_inputs.csv"))
    }

    /// A broad industry.
    pub fn industry(&self, id: &str) -> Option<&Industry> {
        self.industries.iter().find(|i| i.id == id)
    }

    /// How a sector stands in its industry.
    pub fn split(&self, sector: &str) -> anyhow::Result<&Split> {
        self.split.get(sector).with_context(|| format!("{sector} has no row in sector_split.csv"))
    }

    /// Row of the survey of child labour of a province.
    pub fn surveyed(&self, place: &str, industry: &str, sex: &str, ages: &str) -> anyhow::Result<&Row> {
        let wanted = [("place", place), ("industry", industry), ("sex", sex), ("age_group", ages)];
        self.survey.iter().find(|r| r.is(&wanted)).with_context(|| format!("no survey row for {}", wanted.map(|w| w.1).join(", ")))
    }

    /// Children in child labour of a province, in an industry, of a sex and age.
    pub fn children(&self, place: &str, industry: &str, sex: &str, ages: &str) -> anyhow::Result<f64> {
        Ok(self.surveyed(place, "all", sex, ages)?.number("count")? * self.surveyed(place, industry, sex, ages)?.number("share")?)
    }

    /// Provinces with a survey that has a total.
    pub fn places(&self) -> anyhow::Result<Vec<&str>> {
        let wanted = [("industry", "all"), ("sex", "all"), ("age_group", AGES)];
        self.survey.iter().filter(|r| r.is(&wanted)).map(|r| r.text("place")).collect()
    }

    /// Value of the employment table from the round of the derivation, else from the latest round before it.
    pub fn employed(&self, place: &str, indicator: &str, industry: &str) -> anyhow::Result<Option<f64>> {
        let round = self.constant("employment_round")?;
        let wanted = [("place", place), ("indicator", indicator), ("industry", industry), ("sex", "all")];
        let mut best: Option<(f64, f64)> = None;
        for row in self.employment.iter().filter(|r| r.is(&wanted)) {
            let first: f64 = row.text("year")?.get(..4).unwrap_or("0").parse()?;
            if first <= round && best.is_none_or(|(year, _)| first > year) {
                best = Some((first, row.number("value")?));
            }
        }
        Ok(best.map(|b| b.1))
    }
}
