//! Who is let in: keys, sessions, roles, scopes, rates.

mod allowed;
pub mod first;
pub mod kinds;
pub mod oidc;
pub mod permission;
mod principal;
mod rate;
pub mod secret;
pub mod session;

pub use allowed::{Allowed, Anyone, Guarded, Need};
pub use principal::{COOKIE, CSRF_HEADER, Credentials, Principal, credentials, from_own_page, present};
pub use rate::Rates;
