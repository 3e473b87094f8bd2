//! Results that a question names: packs and plans, of one's own organisation, ready, and of the kind that is meant. They are looked up
//! where a thing is made, not before: a request that is repeated is answered alike when what it named is gone.

use tierlight_store::{Error, OrganisationId, ResultId, ResultKind, State as Became, VersionId};

use crate::options::ReadOptions;
use crate::problem::Problem;
use crate::problem::table::{CONFLICT, INVALID, NOT_READY};
use crate::routes::BASE;
use crate::state::State;

/// Refuses ids that are no packs.
///
/// # Errors
/// There is no such result, it is not ready, or of another kind.
pub(super) async fn packs(state: &State, organisation: &OrganisationId, ids: &[ResultId]) -> Result<(), Problem> {
    for id in ids {
        result(state, organisation, id, ResultKind::is_pack, "a pack, uploaded or learned").await?;
    }
    Ok(())
}

/// Refuses ids that are no plans.
///
/// # Errors
/// As [`packs`].
pub(super) async fn plans(state: &State, organisation: &OrganisationId, ids: &[ResultId]) -> Result<(), Problem> {
    for id in ids {
        result(state, organisation, id, |kind| kind == ResultKind::Plan, "a plan").await?;
    }
    Ok(())
}

/// Refuses a version of which a pack that it is read with is gone.
///
/// # Errors
/// There is no such version, or one is.
pub(super) async fn packs_of(state: &State, organisation: &OrganisationId, id: &VersionId) -> Result<(), Problem> {
    let version = state.store.version(organisation, id).await?;
    let reading: ReadOptions = serde_json::from_value(version.options).map_err(|e| Problem::internal(&e))?;
    for pack in reading.packs {
        match state.store.result(organisation, &pack).await {
            Err(Error::Missing { .. }) => {
                let detail = format!("version {id} is read with the pack {pack}, which is gone");
                return Err(Problem::new(CONFLICT, detail).hint("upload its files again with a pack that is there"));
            }
            found => found.map(|_| ())?,
        }
    }
    Ok(())
}

async fn result(
    state: &State,
    organisation: &OrganisationId,
    id: &ResultId,
    meant: impl Fn(ResultKind) -> bool,
    expected: &str,
) -> Result<(), Problem> {
    let found = state.store.result(organisation, id).await?;
    if !meant(found.kind) {
        return Err(Problem::new(INVALID, format!("{id} is a result of kind {}, expected {expected}", found.kind)));
    }
    if found.state != Became::Ready {
        let problem = Problem::new(NOT_READY, format!("{id} is {}", found.state));
        return Err(problem.hint(format!("GET {BASE}/results/{id} tells why")));
    }
    Ok(())
}
