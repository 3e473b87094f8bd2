//! How far the model can be trusted: what it says where it was not fitted, what it leans on, and what moves it.
//!
//! Everything here is deterministic, so that a model card can be compared with the one that was published.

mod accuracy;
mod countries;
mod footing;
mod listings;
mod ranking;
mod sensitivity;

pub use accuracy::{Accuracy, Prediction, accuracy};
pub use countries::leave_one_country_out;
pub use footing::grade_shares;
pub use listings::{ListingAgreement, listing_agreement};
pub use ranking::{area_under_curve, rank_correlation};
pub use sensitivity::{Lever, sensitivity};
