//! Running the service: health, numbers, logs, headers, bodies that come too slowly.

pub mod bare;
pub mod body;
pub mod health;
pub mod log;
pub mod numbers;
pub mod observe;
