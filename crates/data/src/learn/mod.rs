//! Results of visits joined with the run that chose them, and what was learned as a pack.

mod join;
mod pack;

pub use join::{Joined, Round, join};
pub use pack::write_learned;
