//! Reference packs of users as they lie over the built-in ones, to be looked at. They are read into memory whole: one set at a time, apart
//! from questions about runs, which go on meanwhile; the last few are kept.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tierlight_data::packs::{Packs, built_in_packs, read_packs};
use tierlight_store::{File, FileRole, OrganisationId, ResultId};
use tokio::sync::Semaphore;

use crate::problem::Problem;
use crate::problem::table::{BUSY, INVALID, TOO_MANY_FILES};
use crate::state::{Places, State, blocking};

/// Questions that may wait for packs to be read.
const WAITING: u64 = 16;

/// Sets that are kept: each has the built-in packs as well.
const KEPT: usize = 4;

/// Packs that were laid over each other.
#[derive(Debug)]
struct Kept {
    ids: Vec<ResultId>,
    /// Of their files.
    bytes: u64,
    packs: Arc<Packs>,
}

/// What is kept of packs of users, and whose turn it is to read some.
#[derive(Debug)]
pub struct Layered {
    turn: Arc<Semaphore>,
    waiting: Places,
    /// The one that was asked for last stands last.
    kept: Mutex<VecDeque<Kept>>,
}

impl Default for Layered {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), waiting: Places::new(WAITING, BUSY, "questions about packs"), kept: Mutex::default() }
    }
}

impl Layered {
    fn all(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, ids: &[ResultId]) -> Option<Arc<Packs>> {
        let mut all = self.all();
        let at = all.iter().position(|kept| kept.ids == ids)?;
        let kept = all.remove(at)?;
        let packs = kept.packs.clone();
        all.push_back(kept);
        Some(packs)
    }

    /// Keeps packs, and lets go of those that were asked for longest ago until few are left, of at most so many bytes together.
    fn keep(&self, kept: Kept, most: u64) {
        let mut all = self.all();
        all.push_back(kept);
        while all.len() > KEPT || all.len() > 1 && all.iter().map(|kept| kept.bytes).sum::<u64>() > most {
            all.pop_front();
        }
    }
}

/// Packs of an organisation that are ready, as they lie over the built-in ones in their order.
///
/// # Errors
/// Together they are no packs, or too large; too many questions wait.
pub async fn layered(state: &State, organisation: &OrganisationId, ids: &[ResultId]) -> Result<Arc<Packs>, Problem> {
    if ids.is_empty() {
        return blocking(state, built_in).await;
    }
    if let Some(packs) = state.layered.find(ids) {
        return Ok(packs);
    }
    let place = state.layered.waiting.take(organisation)?;
    let turn = state.layered.turn.clone().acquire_owned().await.map_err(|e| Problem::internal(&e))?;
    // who had the turn before may have read the same
    if let Some(packs) = state.layered.find(ids) {
        return Ok(packs);
    }
    let mut files: Vec<(&ResultId, File)> = Vec::new();
    for id in ids {
        let made = state.store.result_files(organisation, id).await?;
        files.extend(made.into_iter().filter(|file| file.role == FileRole::Output).map(|file| (id, file)));
    }
    let bytes = files.iter().map(|(_, file)| file.size).sum();
    within(state, bytes)?;
    let root = Scratch::new(state)?;
    for (id, file) in &files {
        state.store.materialise(&file.digest, root.0.join(id.as_str()).join(&file.name)).await?;
    }
    let folders: Vec<PathBuf> = ids.iter().map(|id| root.0.join(id.as_str())).collect();
    let packs = actix_web::web::block(move || {
        // it goes on when who asked has gone away
        let _held = (place, turn);
        let name = format!("{}/", root.0.display());
        // they are the caller's, and each is in order: together they may not be
        read_packs(&folders).map(Arc::new).map_err(|e| Problem::new(INVALID, e.to_string().replace(&name, "")).hint(e.hint().to_owned()))
    })
    .await??;
    state.layered.keep(Kept { ids: ids.to_vec(), bytes, packs: packs.clone() }, state.limits().pack_bytes);
    Ok(packs)
}

/// Refuses packs that would take too much memory.
///
/// # Errors
/// They have more bytes than the limit.
pub fn within(state: &State, bytes: u64) -> Result<(), Problem> {
    let most = state.limits().pack_bytes;
    if bytes <= most {
        return Ok(());
    }
    let problem = Problem::new(TOO_MANY_FILES, format!("{bytes} bytes of packs, at most {most} are taken"));
    Err(problem.hint("keep only the rows that a pack sets, or have the operator raise limits.pack_bytes"))
}

fn built_in() -> Result<Arc<Packs>, Problem> {
    built_in_packs().map_err(|e| Problem::internal(&e))
}

/// A folder of files to read, below the work folder of the store; gone when it is dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(state: &State) -> Result<Self, Problem> {
        let folder = state.store.work_dir().join(format!("packs-{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir_all(&folder).map_err(|e| Problem::internal(&e))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // what is left is swept at the next start
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_asked_for_longest_ago_are_let_go() {
        let id = |last: u8| -> ResultId { format!("res_0192f0c1e2d37a4c9f5b6a7d8e9f0a{last:02x}").parse().unwrap() };
        let [one, two, three] = [1, 2, 3].map(|last| vec![id(last)]);
        let packs = built_in().unwrap();
        let layered = Layered::default();
        let keep = |ids: &[ResultId], bytes| layered.keep(Kept { ids: ids.to_vec(), bytes, packs: packs.clone() }, 10);
        keep(&one, 5);
        keep(&two, 5);
        assert!(layered.find(&one).is_some() && layered.find(&[]).is_none());
        keep(&three, 5);
        let there = [&one, &two, &three].map(|ids| layered.find(ids).is_some());
        assert_eq!(there, [true, false, true]);
        // the last stays, whatever it takes
        keep(&two, 11);
        assert!(layered.find(&two).is_some() && layered.all().len() == 1);
        (4..14).for_each(|last| keep(&[id(last)], 0));
        assert!(layered.find(&two).is_none() && layered.all().len() == KEPT);
    }
}
