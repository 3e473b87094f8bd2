//! Services to refer to.

use serde_json::{Value, json};
use tierlight_core::decide::referral::{Gap, Need, Services};
use tierlight_core::parameters::Referral;

/// Services of a place and what is missing there.
#[must_use]
pub fn referral_json(s: &Services<'_>) -> Value {
    let service = |s: &&Referral| {
        json!({
            "service_id": s.id, "province": s.province, "service": s.service, "contact": s.contact, "what": s.what, "hours": s.hours,
            "caveat": s.caveat, "needs": s.needs.iter().map(|n| n.slug()).collect::<Vec<_>>(), "verification": s.verification,
            "year": s.year, "source": s.provenance.source, "grade": s.provenance.grade.letter(),
        })
    };
    let gap = |(need, gap): &(Need, Gap)| json!({ "need": need.slug(), "gap": gap.slug() });
    json!({ "services": s.services.iter().map(service).collect::<Vec<_>>(), "gaps": s.gaps.iter().map(gap).collect::<Vec<_>>() })
}
