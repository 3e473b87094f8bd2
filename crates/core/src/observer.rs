//! Progress and cancellation, without knowing of terminals or jobs.

use crate::error::{Error, Result};

/// The stages of an assessment, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Compiling the network into components and CSR arrays.
    Plan,
    /// Inherent prevalence and presence of every site.
    Risk,
    /// Evidence.
    Evidence,
    /// Exposure of every buyer.
    Exposure,
    /// Any-site probability and upstream children.
    Reach,
    /// Severity, priority, control points.
    Priority,
    /// Draws of parameters and sites.
    Draws,
    /// Draws through the network.
    DrawsOfNetwork,
}

impl Stage {
    /// What the stage does, for a progress line.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Stage::Plan => "ordering the network",
            Stage::Risk => "prevalence and presence",
            Stage::Evidence => "evidence",
            Stage::Exposure => "exposure",
            Stage::Reach => "reach",
            Stage::Priority => "priority",
            Stage::Draws => "draws of sites",
            Stage::DrawsOfNetwork => "draws through the network",
        }
    }
}

/// Told of each stage; may ask to stop.
pub trait Observer: Sync {
    /// A stage begins.
    fn stage(&self, stage: Stage);
    /// So much of the stage is done.
    fn progress(&self, _done: usize, _of: usize) {}
    /// True to stop at the next chance; the assessment then ends with [`crate::Error::Cancelled`].
    fn cancelled(&self) -> bool {
        false
    }
    /// Stops here when asked to.
    ///
    /// # Errors
    /// [`Error::Cancelled`].
    fn check(&self) -> Result<()> {
        if self.cancelled() { Err(Error::Cancelled) } else { Ok(()) }
    }
}

/// An observer that says nothing and never stops.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn stage(&self, _: Stage) {}
}
