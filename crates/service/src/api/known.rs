//! Names in a question that the packs must know: refused before a job is made, where only the built-in packs can know them.

use serde_json::Value;
use tierlight_data::matching::sector::SectorMiss;
use tierlight_data::packs::{Packs, built_in_packs};
use tierlight_report::findings::answers::framework;
use tierlight_store::{JobKind, OrganisationId, RunId};

use crate::options::PackNames;
use crate::problem::Problem;
use crate::problem::table::INVALID;
use crate::state::{State, blocking};
use crate::wording::over_http;

/// Refuses names that no pack knows. Where packs of users lie over the built-in ones, of the question or of its run, the job looks.
///
/// # Errors
/// A country, sector or framework is not known, or there is no such run.
pub(super) async fn known(state: &State, organisation: &OrganisationId, run: Option<&RunId>, names: PackNames) -> Result<(), Problem> {
    if names == PackNames::default() {
        return Ok(());
    }
    if let Some(run) = run {
        let run = state.store.run(organisation, run).await?;
        let version = state.store.version(organisation, &run.version).await?;
        if has_packs(&run.options) || has_packs(&version.options) {
            return Ok(());
        }
    }
    blocking(state, move || {
        let packs = built_in_packs().map_err(|e| Problem::internal(&e))?;
        country(&packs, names.country.as_deref())?;
        sector(&packs, names.sector.as_deref())?;
        let known = &packs.parameters.reporting.frameworks;
        let unknown = |e: tierlight_report::Error| Problem::new(INVALID, e.to_string()).hint(e.hint().to_owned());
        names.frameworks.iter().try_for_each(|id| framework(known, id).map(|_| ()).map_err(unknown))
    })
    .await
}

fn has_packs(options: &Value) -> bool {
    options.get("packs").and_then(Value::as_array).is_some_and(|packs| !packs.is_empty())
}

fn country(packs: &Packs, text: Option<&str>) -> Result<(), Problem> {
    let Some(text) = text else { return Ok(()) };
    packs.country(text).map(|_| ()).map_err(|hint| Problem::new(INVALID, format!("country `{text}` is unknown")).hint(hint))
}

fn sector(packs: &Packs, text: Option<&str>) -> Result<(), Problem> {
    let Some(text) = text else { return Ok(()) };
    let (what, hint) = match packs.gazetteer.sectors.find(text) {
        Ok(_) => return Ok(()),
        Err(SectorMiss::Unknown(hint)) => ("is unknown", hint),
        Err(SectorMiss::Ambiguous(hint)) => ("is several sectors", hint),
    };
    Err(Problem::new(INVALID, format!("sector `{text}` {what}")).hint(over_http(JobKind::Ingest, &hint)))
}
