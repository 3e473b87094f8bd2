//! Services to refer to, as text and JSON, for every command that shows them.

use std::fmt::Write;

use serde_json::{Value, json};
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

/// The same for programs.
pub fn json(s: &Services<'_>) -> Value {
    let service = |s: &&Referral| {
        json!({
            "service_id": s.id, "province": s.province, "service": s.service, "contact": s.contact, "what": s.what, "hours": s.hours,
            "caveat": s.caveat, "needs": s.needs.iter().map(|n| n.slug()).collect::<Vec<_>>(), "verification": s.verification,
            "year": s.year, "source": s.provenance.source, "grade": s.provenance.grade.letter(),
        })
    };
    let gap = |(need, gap): &(tierlight_core::decide::referral::Need, tierlight_core::decide::referral::Gap)| json!({ "need": need.slug(), "gap": gap.slug() });
    json!({ "services": s.services.iter().map(service).collect::<Vec<_>>(), "gaps": s.gaps.iter().map(gap).collect::<Vec<_>>() })
}
