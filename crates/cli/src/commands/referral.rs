//! Services to refer to as text, for every command that shows them.

use std::fmt::Write;

use tierlight_core::decide::referral::Services;
use tierlight_core::parameters::Referral;

use crate::view::{heading, table};

/// Services of a place and what is missing there.
pub fn text(s: &Services<'_>) -> String {
    let row = |s: &&Referral| {
        let contact = if s.contact.is_empty() { "no number found" } else { &s.contact };
        let place = if s.province.is_empty() { &s.jurisdiction } else { &s.province };
        let year = if s.year.is_empty() { "year unknown" } else { &s.year };
        let read = format!("{}, {year}", s.verification.replace('_', " "));
        vec![format!("   {place}"), s.service.clone(), contact.to_owned(), read, s.caveat.clone()]
    };
    let mut out = heading("Whom to refer to (call before you rely on a number)");
    out += &table(&["   where", "service", "contact", "read", "careful"], s.services.iter().map(row));
    for (need, gap) in &s.gaps {
        // writing to a String cannot fail
        let _ = writeln!(out, "   gap: {}: {}", need.slug().replace('_', " "), gap.slug().replace('_', " "));
    }
    out
}
