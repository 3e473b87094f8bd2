//! Section 4 of the method: exposure through the network.

pub mod contribution;
pub mod csr;
pub mod depth;
pub mod exposure;
mod krylov;
pub mod paths;
pub mod plan;
pub mod reach;
pub mod shares;
pub mod sketch;
pub mod solve;
pub mod throughput;
pub mod tiers;
pub mod untraced;
pub mod update;
mod upstream;
