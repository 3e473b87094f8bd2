//! Blobs that are about to be referred to must not be taken away meanwhile.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Digest;

/// Blobs in use by this process that no row need refer to yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pins(Arc<Mutex<HashMap<Digest, Uses>>>);

#[derive(Debug, Default)]
struct Uses {
    now: usize,
    ever: usize,
}

/// One use of a blob.
#[derive(Debug)]
pub(crate) struct Pin {
    pins: Pins,
    digest: Digest,
    /// Which use it is.
    number: usize,
}

impl Pins {
    fn held(&self) -> MutexGuard<'_, HashMap<Digest, Uses>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a blob until the pin is dropped.
    pub fn pin(&self, digest: Digest) -> Arc<Pin> {
        let mut held = self.held();
        let uses = held.entry(digest).or_default();
        uses.now += 1;
        uses.ever += 1;
        Arc::new(Pin { pins: self.clone(), digest, number: uses.ever })
    }

    /// Does something to a blob that nobody used since this pin, nor does now; nobody begins to meanwhile.
    pub fn take<T>(&self, pin: Arc<Pin>, act: impl FnOnce() -> T) -> Option<T> {
        let held = self.held();
        let alone = held.get(&pin.digest).is_some_and(|uses| uses.now == 1 && uses.ever == pin.number);
        let done = alone.then(act);
        // the pin's drop takes the lock
        drop(held);
        drop(pin);
        done
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut held = self.pins.held();
        if let Some(uses) = held.get_mut(&self.digest) {
            uses.now -= 1;
            if uses.now == 0 {
                held.remove(&self.digest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_or_was_used_meanwhile_is_not_taken() {
        let pins = Pins::default();
        let digest = Digest::of(b"a");
        let used = pins.pin(digest);
        assert_eq!(pins.take(pins.pin(digest), || ()), None, "is in use");
        drop(used);
        let pin = pins.pin(digest);
        drop(pins.pin(digest));
        assert_eq!(pins.take(pin, || ()), None, "was in use since");
        assert_eq!(pins.take(pins.pin(digest), || ()), Some(()));
        assert!(pins.held().is_empty());
    }
}
