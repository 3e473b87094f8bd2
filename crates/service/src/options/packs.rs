//! Reference packs of users: checked, held against each other, and how well the method does with them.

use serde::{Deserialize, Serialize};
use tierlight_data::packs::EMBEDDED;
use tierlight_store::{ResultId, RunId};
use utoipa::ToSchema;

use super::{Arguments, PackNames, Question, few_packs, text};
use crate::problem::Problem;

/// Packs to lay over the built-in ones: arguments of `tierlight packs check` and `validate`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "packs": ["res_0192f0c1e2d37a4c9f5b6a7d8e9f0a21"] }))]
pub struct PacksOptions {
    /// The packs, later ones winning: ids of results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<String>)]
    pub packs: Vec<ResultId>,
}

impl Question for PacksOptions {
    fn check(&self) -> Result<(), Problem> {
        few_packs(&self.packs)
    }

    /// None but for the packs.
    fn arguments(&self) -> Arguments {
        Arguments::default()
    }

    fn packs(&self) -> Vec<ResultId> {
        self.packs.clone()
    }
}

/// A pack as it would be used: all built-in ones, one of them with those below it, or a user's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum PackName {
    /// `builtin`, or the name of a built-in pack.
    BuiltIn(String),
    /// A pack that came in or was learned.
    Result(ResultId),
}

/// All built-in packs.
const BUILT_IN: &str = "builtin";

impl TryFrom<String> for PackName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        if name == BUILT_IN || EMBEDDED.contains(&name.as_str()) {
            return Ok(Self::BuiltIn(name));
        }
        name.parse().map(Self::Result).map_err(|_| format!("expected {BUILT_IN}, {} or the id of a pack", EMBEDDED.join(", ")))
    }
}

impl From<PackName> for String {
    fn from(name: PackName) -> Self {
        match name {
            PackName::BuiltIn(name) => name,
            PackName::Result(id) => id.to_string(),
        }
    }
}

/// Two packs held against each other: arguments of `tierlight packs diff`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "before": "builtin", "after": "res_0192f0c1e2d37a4c9f5b6a7d8e9f0a21", "country": "PK" }))]
pub struct PackDiffOptions {
    /// Earlier version: `builtin` for all built-in packs, the name of one, or the id of a result that is a pack.
    #[schema(value_type = String)]
    pub before: PackName,
    /// Later version, named as `before` is.
    #[schema(value_type = String)]
    pub after: PackName,
    /// Country of base prevalences: ISO code or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Run whose network is assessed with both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub run: Option<RunId>,
}

impl Question for PackDiffOptions {
    fn check(&self) -> Result<(), Problem> {
        text("country", self.country.as_ref())
    }

    /// But for the packs and the run, which are folders: the job names them.
    fn arguments(&self) -> Arguments {
        let mut out = Arguments::default();
        out.maybe("country", self.country.as_ref());
        out
    }

    fn packs(&self) -> Vec<ResultId> {
        let result = |name: &PackName| match name {
            PackName::BuiltIn(_) => None,
            PackName::Result(id) => Some(id.clone()),
        };
        [&self.before, &self.after].into_iter().filter_map(result).collect()
    }

    fn pack_names(&self) -> PackNames {
        PackNames { country: self.country.clone(), ..PackNames::default() }.of(&self.packs())
    }
}
