//! What the service keeps: organisations, networks, runs, jobs, evidence and who did what, in SQLite or PostgreSQL; bulk data as files
//! beside it. Knows no HTTP and no scoring.
//!
//! Every question names the organisation that asks, and meets only what is its own. Without one are: looking up a key, session or link
//! by its digest, the worker's side of jobs ([`Worker`]), and operation (housekeeping, backup).

mod access;
mod audit;
mod backup;
mod database;
mod db;
mod digest;
mod error;
mod evidence;
mod files;
mod folders;
mod grants;
mod housekeeping;
mod id;
mod jobs;
mod mappings;
mod networks;
mod organisations;
mod page;
mod requests;
mod results;
mod runs;
mod state;
mod store;
mod versions;
mod word;

pub use access::{Key, NewKey, NewSession, OneTimeLink, Role, Session};
pub use audit::{AuditEntry, AuditFilter, NewAuditEntry};
pub use backup::{Manifest, TableEntry, backup, check_backup, restore};
pub use database::Database;
pub use digest::Digest;
pub use error::{Error, Result};
pub use evidence::{EvidenceEntry, NewEvidence};
pub use files::{Blob, BlobWriter, File, FileRole, NewFile};
pub use folders::DataLock;
pub use grants::{Access, Grant, NewGrant, Redaction};
pub use housekeeping::{Collected, Usage};
pub use id::{
    AuditId, EntryId, GrantId, JobId, KeyId, LinkId, MappingId, NetworkId, OrganisationId, ResultId, RunId, SessionId, VersionId,
};
pub use jobs::{Beat, Done, Failure, Job, JobEvent, JobFilter, JobKind, JobState, Queue, QueueLimits, Subject, Worker};
pub use mappings::Mapping;
pub use networks::Network;
pub use organisations::Organisation;
pub use page::{Cursor, MOST_ITEMS, Page, PageRequest, USUAL_ITEMS};
pub use requests::Attempt;
pub use results::{NewResult, ResultFilter, ResultKind, RunResult};
pub use runs::{NewRun, Run};
pub use state::State;
pub use store::Store;
pub use versions::{Added, NewVersion, Version};

/// The instant now, to the millisecond, as it is kept.
#[must_use]
pub fn now() -> jiff::Timestamp {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
