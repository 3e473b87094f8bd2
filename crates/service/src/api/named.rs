//! Results that a question names: packs and plans, of one's own organisation, ready, and of the kind that is meant.

use tierlight_store::{OrganisationId, ResultId, ResultKind, State as Became};

use crate::options::Question;
use crate::problem::Problem;
use crate::problem::table::{INVALID, NOT_READY};
use crate::routes::BASE;
use crate::state::State;

/// Refuses a question that names what cannot be taken.
///
/// # Errors
/// There is no such result, it is not ready, or of another kind.
pub(super) async fn named(state: &State, organisation: &OrganisationId, question: &impl Question) -> Result<(), Problem> {
    packs(state, organisation, &question.packs()).await?;
    for id in question.plans() {
        result(state, organisation, &id, |kind| kind == ResultKind::Plan, "a plan").await?;
    }
    Ok(())
}

/// Refuses ids that are no packs.
///
/// # Errors
/// As [`named`].
pub(super) async fn packs(state: &State, organisation: &OrganisationId, ids: &[ResultId]) -> Result<(), Problem> {
    for id in ids {
        result(state, organisation, id, ResultKind::is_pack, "a pack, uploaded or learned").await?;
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
