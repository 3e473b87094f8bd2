//! Jobs by kind: who may see one is who may see what it makes, and who may stop one or take that away is who may ask for it.

use tierlight_store::{JobKind, Role};

use super::Principal;
use super::permission::{AddEvidence, MakeReports, MakeRuns, Permission, PlanVisits, Scope, WriteNetworks};
use crate::problem::Problem;

/// Least role and scope of who asks for a job of a kind.
fn needs(kind: JobKind) -> (Role, Option<Scope>) {
    fn of<P: Permission>() -> (Role, Option<Scope>) {
        (P::ROLE, P::SCOPE)
    }
    match kind {
        JobKind::Ingest => of::<WriteNetworks>(),
        JobKind::Score
        | JobKind::WhatIf
        | JobKind::CheckPack
        | JobKind::DiffPacks
        | JobKind::Match
        | JobKind::Trace
        | JobKind::Validate => of::<MakeRuns>(),
        JobKind::Plan | JobKind::Learn => of::<PlanVisits>(),
        JobKind::Report | JobKind::Export => of::<MakeReports>(),
        JobKind::Qualify => of::<AddEvidence>(),
    }
}

/// Refuses a key that is held to other scopes than that of the kind.
///
/// # Errors
/// It is.
pub fn may_see(who: &Principal, kind: JobKind) -> Result<(), Problem> {
    who.holds(needs(kind).1)
}

/// Refuses who could not have asked for it.
///
/// # Errors
/// The role or scope is another.
pub fn may_make(who: &Principal, kind: JobKind) -> Result<(), Problem> {
    may_see(who, kind)?;
    who.is(needs(kind).0)
}
