//! Limits of the service: each with name, default, problem and metric. Limits on what is read are in `tierlight_data::limits`.

use crate::problem::table::{
    BAD_QUERY, BUSY, Kind, QUEUE_FULL, RATE_LIMITED, STORAGE_FULL, TOO_LARGE, TOO_MANY_FILES, TOO_MANY_STREAMS, TOO_MANY_UPLOADS, TOO_SLOW,
};

/// A limit as it is documented.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// Name in the configuration, below `limits`.
    pub name: &'static str,
    /// Value unless told otherwise.
    pub default: u64,
    /// Unit.
    pub unit: &'static str,
    /// What who meets it is told; `None` where the connection is closed.
    pub problem: Option<Kind>,
    /// What is limited.
    pub what: &'static str,
}

macro_rules! limits {
    ($($name:ident $default:literal $unit:literal $problem:expr, $what:literal;)*) => {
        /// Values of all limits.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits {
            $(#[doc = $what] pub $name: u64,)*
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($name: $default,)* }
            }
        }

        /// All limits, in the order of the page.
        pub const LIMITS: &[Limit] = &[$(Limit { name: stringify!($name), default: $default, unit: $unit, problem: $problem, what: $what },)*];

        impl Limits {
            /// Sets a limit by its name; false when there is none of that name.
            pub fn set(&mut self, name: &str, value: u64) -> bool {
                match name {
                    $(stringify!($name) => self.$name = value,)*
                    _ => return false,
                }
                true
            }

            /// Values by name.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<u64> {
                match name {
                    $(stringify!($name) => Some(self.$name),)*
                    _ => None,
                }
            }
        }
    };
}

limits! {
    upload_bytes 2_147_483_648 "bytes" Some(TOO_LARGE), "Largest upload, all files together";
    upload_files 32 "files" Some(TOO_MANY_FILES), "Most files of an upload, those in a zip included";
    inflated_bytes 4_294_967_296 "bytes" Some(TOO_MANY_FILES), "Largest inflated size of a zip";
    pack_bytes 16_777_216 "bytes" Some(TOO_MANY_FILES), "Largest reference pack, all its files together, and all packs that are looked at together";
    json_bytes 1_048_576 "bytes" Some(TOO_LARGE), "Largest JSON body that is no upload";
    uploads 16 "uploads" Some(TOO_MANY_UPLOADS), "Uploads under way at a time";
    body_rate 1_024 "bytes a second" Some(TOO_SLOW), "Least rate at which a body must come, over all of it";
    body_grace 20 "seconds" Some(TOO_SLOW), "Time before the rate of a body counts, and longest pause in it";
    head_seconds 10 "seconds" None, "Time for the head of a request";
    idle_seconds 75 "seconds" None, "Time that an idle connection is kept";
    connections 10_000 "connections" None, "Connections of each worker thread";
    requests_per_minute 6_000 "requests a minute" Some(RATE_LIMITED), "Requests of one key or session";
    sign_ins_per_minute 120 "requests a minute" Some(RATE_LIMITED), "Sign-ins, and requests with a key or session that is not valid, by address";
    queued_jobs 1_000 "jobs" Some(QUEUE_FULL), "Jobs that wait";
    queued_jobs_of_organisation 200 "jobs" Some(QUEUE_FULL), "Jobs of one organisation that wait";
    event_streams 256 "streams" Some(TOO_MANY_STREAMS), "Event streams that are open";
    questions 1_024 "questions" Some(BUSY), "Questions about runs that wait or are being answered";
    opened_bytes 4_294_967_296 "bytes" None, "Memory for opened runs; those asked for longest ago are closed";
    page_items 1_000 "items" Some(BAD_QUERY), "Largest page of a list";
    free_bytes 268_435_456 "bytes" Some(STORAGE_FULL), "Free space on the disk below which no upload or job is taken";
}
