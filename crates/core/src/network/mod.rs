//! Section 4 of the method: exposure through the network.

pub mod component;
pub mod contribution;
pub mod csr;
pub mod depth;
pub mod exposure;
pub(crate) mod kernel;
mod krylov;
pub mod lane;
pub mod order;
pub mod paths;
mod pending;
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
