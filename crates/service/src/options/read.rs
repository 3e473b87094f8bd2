//! How uploaded files are read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tierlight_store::ResultId;
use utoipa::ToSchema;

use super::{Arguments, PackNames, Question, date, few_packs, text};
use crate::problem::Problem;

/// Column of a file by table and column of the format.
pub type Mapping = BTreeMap<String, BTreeMap<String, String>>;

/// Refuses a mapping that names what there is not.
pub(super) fn mapping(map: Option<&Mapping>) -> Result<(), Problem> {
    let Some(map) = map else { return Ok(()) };
    let json = serde_json::to_string(map).unwrap_or_default();
    tierlight_data::read::mapping::ColumnMap::parse("map", &json)?;
    Ok(())
}

/// How the files of a version are read: arguments of `tierlight check` and `score`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "country": "PK", "as_of": "2026-11-23" }))]
pub struct ReadOptions {
    /// Country of rows that state none: ISO code or name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Sector of rows that state none: slug, name, ISIC or HS code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// Day on which the network is looked at; today if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub as_of: Option<String>,
    /// Column mapping: table, column of the format, header of the file. `""` is a column that the file does not have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map: Option<Mapping>,
    /// Packs to lay over the built-in ones, which may name sectors and districts: ids of results. Runs of the version take them as well.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub packs: Vec<ResultId>,
    /// Encoding of text files that are not UTF-8 or UTF-16.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Leaves columns with personal data out instead of stopping.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub drop_personal: bool,
    /// Divides shares of a buyer that exceed 1 by their sum instead of rejecting them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rescale_shares: bool,
    /// Counts links with disclosure `inferred` as traced.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trust_inferred: bool,
}

impl ReadOptions {
    /// Arguments of a program that reads sites as a list, whatever they do and sell.
    #[must_use]
    pub fn list_arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.maybe("country", self.country.as_ref());
        out.maybe("encoding", self.encoding.as_ref());
        out.switch("drop-personal", self.drop_personal);
        out
    }
}

impl Question for ReadOptions {
    fn check(&self) -> Result<(), Problem> {
        text("country", self.country.as_ref())?;
        text("sector", self.sector.as_ref())?;
        text("encoding", self.encoding.as_ref())?;
        date("as_of", self.as_of.as_ref())?;
        few_packs(&self.packs)?;
        mapping(self.map.as_ref())
    }

    /// But for the map, which is a file: the job writes `map` as `map.json` and names it with `--map`.
    fn arguments(&self) -> Arguments {
        let mut out = self.list_arguments();
        out.maybe("sector", self.sector.as_ref());
        out.maybe("as-of", self.as_of.as_ref());
        out.switch("rescale-shares", self.rescale_shares);
        out.switch("trust-inferred", self.trust_inferred);
        out
    }

    fn packs(&self) -> Vec<ResultId> {
        self.packs.clone()
    }

    fn pack_names(&self) -> PackNames {
        let names = PackNames { country: self.country.clone(), sector: self.sector.clone(), ..PackNames::default() };
        names.of(&self.packs)
    }
}
