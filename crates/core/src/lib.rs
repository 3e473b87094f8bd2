//! The science of tierlight: from a supply network and sourced parameters to the likelihood of child
//! labour, hazardous work and forced child labour at every site, and the share of each buyer's product
//! that is linked to it.
//!
//! The modules follow `docs/method`: [`model`] holds what users know, [`risk`] sections 1 to 3,
//! [`network`] section 4, [`decide`] section 6, [`law`] section 9, [`validation`] how far all of it can be trusted. [`assess()`] runs them all; everything else is a peer on
//! its result. Nothing here reads a file, a clock or the environment, and nothing panics on bad input:
//! what cannot be computed is an [`Error`].
//!
//! ```
//! use tierlight_core::risk::presence::presence;
//! // a kiln where 15 % of 60 workers are children, clustered with intra-site correlation 0.1
//! let p = presence(0.15, 60.0, 0.1);
//! assert!(p > 0.9 && p < 1.0);
//! ```

pub mod assess;
pub mod cite;
pub mod decide;
pub mod draws;
pub mod error;
pub mod law;
pub mod many;
pub mod model;
pub mod network;
pub mod observer;
pub mod parameters;
pub mod risk;
pub mod validation;

pub use assess::{Assessment, Options, ReachBy, assess, assess_in, usual_draws};
pub use error::Error;
pub use many::assess_each;
pub use observer::{Observer, Silent, Stage};

/// Version of the method (`docs/method`) this crate computes.
pub const METHOD_VERSION: &str = "1";
