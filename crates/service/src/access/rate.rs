//! Rates: requests of each key or session, and of each address that has none.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::limits::Limits;
use crate::problem::Problem;
use crate::problem::table::RATE_LIMITED;

/// Part of a minute's requests that may come at once.
const BURST: u32 = 6;

/// Counts by principal and by address.
pub struct Rates {
    principals: DefaultKeyedRateLimiter<String>,
    strangers: DefaultKeyedRateLimiter<String>,
    clock: DefaultClock,
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rates")
    }
}

impl Rates {
    /// By the limits.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let quota = |per_minute: u64| {
            let per_minute = u32::try_from(per_minute).unwrap_or(u32::MAX).max(1);
            let one = NonZeroU32::MIN;
            Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(one)).allow_burst(NonZeroU32::new(per_minute / BURST).unwrap_or(one))
        };
        Self {
            principals: DefaultKeyedRateLimiter::keyed(quota(limits.requests_per_minute)),
            strangers: DefaultKeyedRateLimiter::keyed(quota(limits.sign_ins_per_minute)),
            clock: DefaultClock::default(),
        }
    }

    /// Counts a request of somebody who is signed in.
    ///
    /// # Errors
    /// Too many came before it.
    pub fn principal(&self, name: &str) -> Result<(), Problem> {
        self.count(&self.principals, name)
    }

    /// Counts a request that opened no door.
    ///
    /// # Errors
    /// Too many came from the address before it.
    pub fn stranger(&self, address: &str) -> Result<(), Problem> {
        self.count(&self.strangers, address)
    }

    fn count(&self, limiter: &DefaultKeyedRateLimiter<String>, name: &str) -> Result<(), Problem> {
        limiter.check_key(&name.to_owned()).map_err(|early| {
            let wait = early.wait_time_from(self.clock.now());
            let seconds = (wait + Duration::from_millis(999)).as_secs();
            Problem::new(RATE_LIMITED, "more requests than are answered in this time")
                .hint("wait, and ask for larger pages")
                .retry_after(seconds)
        })
    }

    /// Forgets who has not asked for long.
    pub fn forget(&self) {
        self.principals.retain_recent();
        self.strangers.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_rate_of_its_own() {
        let rates = Rates::new(&Limits { requests_per_minute: 12, ..Limits::default() });
        assert!(rates.principal("a").is_ok() && rates.principal("a").is_ok());
        let problem = rates.principal("a").unwrap_err();
        assert_eq!(problem.kind().code, "rate_limited");
        assert!(rates.principal("b").is_ok());
    }
}
