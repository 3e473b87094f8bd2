//! What nobody refers to goes, and what is long over is forgotten.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tierlight_store::{Error, Store, now};
use tokio::sync::watch;

use super::{Settings, Stop};

/// How often, at least.
const EVERY: Duration = Duration::from_mins(10);
/// How long after something was deleted: what is deleted with it goes in one go.
const AFTER: Duration = Duration::from_secs(2);

/// Keeps house until it is told to stop.
pub(super) async fn run(store: Store, settings: Arc<Settings>, mut stop: watch::Receiver<Stop>) {
    let mut removals = store.removals();
    while *stop.borrow() == Stop::No {
        removals.mark_unchanged();
        if let Err(error) = once(&store, &settings).await {
            tracing::warn!(%error, "housekeeping failed");
        }
        tokio::select! {
            _ = stop.changed() => {}
            _ = removals.changed() => tokio::time::sleep(AFTER).await,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn once(store: &Store, settings: &Settings) -> Result<(), Error> {
    // space first: forgetting writes
    let collected = store.collect().await?;
    if collected.blobs + collected.folders > 0 {
        tracing::info!(blobs = collected.blobs, folders = collected.folders, bytes = collected.bytes, "unused files taken away");
    }
    let now = now();
    let ago = SignedDuration::try_from(settings.memory_of_jobs).unwrap_or(SignedDuration::MAX);
    store.forget(now.saturating_sub(ago).unwrap_or(now), now).await
}
