//! The engine over HTTP: networks come in, runs are made by jobs, and what they say is read by those who may.
//!
//! Nothing here computes: jobs run the program itself, and [`tierlight_answers`] reads what it wrote.

pub mod access;
mod api;
mod audit;
pub mod config;
pub mod jobs;
mod layered;
pub mod limits;
mod once;
pub mod openapi;
mod operation;
pub mod options;
mod pages;
pub mod problem;
mod reading;
mod reply;
mod routes;
mod server;
mod state;
mod upload;
mod wording;

pub use server::{Announcement, Error, serve};
