//! Who saw which site, and who changed what. Entries that come at the same time are kept in one go: each waits for the disk once.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::HttpRequest;
use tierlight_store::{Error as StoreError, NewAuditEntry, OrganisationId, ResultKind, Store};
use tokio::sync::{mpsc, oneshot};

use crate::access::Principal;
use crate::operation::observe::RequestId;
use crate::problem::Problem;
use crate::problem::table::{BAD_QUERY, STOPPING};
use crate::state::State;

/// Longest piece of a word that is repeated.
const SHOWN: usize = 80;
/// Entries that may wait to be kept.
const WAITING: usize = 1_024;
/// Entries that are kept in one go.
const AT_ONCE: usize = 256;

/// An entry, and who waits for it to be kept.
struct Asked {
    owner: OrganisationId,
    entry: NewAuditEntry,
    kept: oneshot::Sender<Kept>,
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Yes,
    Full,
    Failed,
}

/// The log that entries go to.
#[derive(Debug, Clone)]
pub struct Log(mpsc::Sender<Asked>);

impl Log {
    /// Begins to keep entries; ends when all clones are gone.
    #[must_use]
    pub fn begin(store: Store) -> Self {
        let (send, mut receive) = mpsc::channel::<Asked>(WAITING);
        tokio::spawn(async move {
            let mut asked = Vec::new();
            while receive.recv_many(&mut asked, AT_ONCE).await > 0 {
                let mut by_owner: BTreeMap<OrganisationId, (Vec<NewAuditEntry>, Vec<oneshot::Sender<Kept>>)> = BTreeMap::new();
                for Asked { owner, entry, kept } in asked.drain(..) {
                    let (entries, waiting) = by_owner.entry(owner).or_default();
                    entries.push(entry);
                    waiting.push(kept);
                }
                for (owner, (entries, waiting)) in by_owner {
                    let kept = match store.add_audit(&owner, &entries).await {
                        Ok(()) => Kept::Yes,
                        Err(StoreError::Full { .. }) => Kept::Full,
                        Err(error) => {
                            tracing::error!(%error, "audit entries are not kept");
                            Kept::Failed
                        }
                    };
                    for one in waiting {
                        // who asked may have gone away
                        let _ = one.send(kept);
                    }
                }
            }
        });
        Self(send)
    }

    async fn keep(&self, owner: OrganisationId, entry: NewAuditEntry) -> Kept {
        let (send, receive) = oneshot::channel();
        match self.0.send(Asked { owner, entry, kept: send }).await {
            Ok(()) => receive.await.unwrap_or(Kept::Failed),
            Err(_) => Kept::Failed,
        }
    }
}

/// What is noted: a thing and what was done with it; and `KIND.create` of each kind of result.
const ACTIONS: [&str; 46] = [
    "agent.list",
    "evidence.add",
    "evidence.list",
    "grant.create",
    "grant.revoke",
    "job.cancel",
    "key.create",
    "key.revoke",
    "key.rotate",
    "link.create",
    "link.list",
    "mapping.change",
    "mapping.create",
    "mapping.delete",
    "network.create",
    "network.delete",
    "network.rename",
    "organisation.create",
    "organisation.rename",
    "result.delete",
    "result.file",
    "result.files",
    "result.get",
    "run.answers",
    "run.compare",
    "run.create",
    "run.delete",
    "run.export",
    "run.file",
    "run.files",
    "run.get",
    "run.record",
    "run.summary",
    "session.begin",
    "session.end",
    "site.explain",
    "site.get",
    "site.list",
    "site.paths",
    "site.reach",
    "site.search",
    "site.trace",
    "version.file",
    "version.issues",
    "version.preview",
    "version.upload",
];

fn is_action(word: &str) -> bool {
    ACTIONS.contains(&word) || word.strip_suffix(".create").is_some_and(|kind| kind.parse::<ResultKind>().is_ok())
}

/// Refuses a word that is no action: a list of nothing would say that nobody did it.
///
/// # Errors
/// It is none.
pub fn known(action: Option<&str>) -> Result<(), Problem> {
    let Some(action) = action.filter(|word| !is_action(word)) else { return Ok(()) };
    let kinds = ResultKind::ALL.iter().map(|kind| format!("{kind}.create"));
    let all = ACTIONS.iter().map(|word| (*word).to_owned()).chain(kinds).collect::<Vec<_>>().join(", ");
    let shown: String = action.chars().take(SHOWN).collect();
    Err(Problem::new(BAD_QUERY, format!("action is `{shown}`, which is never noted")).hint(format!("actions are {all}")))
}

/// Notes what somebody did in the log of the organisation whose things they are; a disk that is full keeps nobody from reading.
///
/// # Errors
/// The log cannot be kept, but for want of room.
pub async fn note(
    state: &State,
    owner: &OrganisationId,
    who: &Principal,
    request: &HttpRequest,
    action: &str,
    subjects: impl IntoIterator<Item = String>,
) -> Result<(), Problem> {
    keep(state, owner, who, request, action, subjects.into_iter().map(|subject| (subject, BTreeSet::new()))).await
}

/// Notes which sites of a run or network somebody saw, in one entry; as [`note`].
///
/// # Errors
/// As [`note`].
pub async fn saw<S: Into<String>>(
    state: &State,
    owner: &OrganisationId,
    who: &Principal,
    request: &HttpRequest,
    action: &str,
    of: &impl ToString,
    sites: impl IntoIterator<Item = S>,
) -> Result<(), Problem> {
    keep(state, owner, who, request, action, [(of.to_string(), sites.into_iter().map(Into::into).collect())]).await
}

async fn keep(
    state: &State,
    owner: &OrganisationId,
    who: &Principal,
    request: &HttpRequest,
    action: &str,
    seen: impl IntoIterator<Item = (String, BTreeSet<String>)>,
) -> Result<(), Problem> {
    debug_assert!(is_action(action), "{action} is not among the actions that can be asked for");
    let request = RequestId::present(request);
    // of another organisation it is known which, not who in it
    let principal = if *owner == who.organisation { who.name.clone() } else { who.organisation.to_string() };
    let entry = |(subject, sites)| {
        let (principal, action, request) = (principal.clone(), action.to_owned(), request.clone());
        NewAuditEntry { principal, action, subject, sites, request }
    };
    let keeping = seen.into_iter().map(|seen| state.log.keep(owner.clone(), entry(seen)));
    for kept in futures_util::future::join_all(keeping).await {
        match kept {
            Kept::Yes => {}
            Kept::Full => tracing::error!(action, request, "the audit log cannot grow: the disk is full"),
            Kept::Failed => return Err(Problem::new(STOPPING, "what is read cannot be noted").hint("try again").retry_after(1)),
        }
    }
    Ok(())
}

/// Notes a change that was made: it stays made whether or not that can be noted.
pub async fn changed(
    state: &State,
    owner: &OrganisationId,
    who: &Principal,
    request: &HttpRequest,
    action: &str,
    subjects: impl IntoIterator<Item = String>,
) {
    if let Err(problem) = note(state, owner, who, request, action, subjects).await {
        tracing::error!(%problem, action, "a change is not noted");
    }
}
