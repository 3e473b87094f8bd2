//! Entries that are the same site.

use serde::{Deserialize, Serialize};
use tierlight_store::VersionId;
use utoipa::ToSchema;

use super::{Arguments, Question};
use crate::problem::Problem;

/// Entries of a version that are the same site: arguments of `tierlight match`. The version is read as its own options say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "against": "ver_0192f0c1e2d37a4c9f5b6a7d8e9f0a2c" }))]
pub struct MatchesOptions {
    /// Another version, of this network or another, to hold it against: read as the first is, and its ids are taken over. Without it,
    /// entries of the version are held against each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub against: Option<VersionId>,
}

impl Question for MatchesOptions {
    fn check(&self) -> Result<(), Problem> {
        Ok(())
    }

    /// None but for the lists, which are files: the job names the other with `--against`.
    fn arguments(&self) -> Arguments {
        Arguments::default()
    }
}
