//! What became of a version, a run or a result.

use crate::word::words;

words! {
    /// What became of a version, a run or a result. Only what is ready can be worked with.
    State("state") {
        /// Its job waits or runs.
        Waiting "waiting",
        /// Complete.
        Ready "ready",
        /// The input has too many errors; its issues can be read.
        Rejected "rejected",
        /// Could not be made; the reason is with it.
        Failed "failed",
        /// Somebody stopped its job.
        Cancelled "cancelled",
    }
}
