//! Comparisons as JSON.

use serde_json::{Map, Value, json};
use tierlight_core::Assessment;
use tierlight_core::decide::whatif::{BuyerChange, Departure, Drawn, Effect, SiteChange, Spread};
use tierlight_core::model::{HAZARDS, PerHazard, PerSex};
use tierlight_core::network::exposure::Exposure;
use tierlight_core::risk::update::Updated;

use super::{Outcome, Shown};

pub(super) fn of(s: &Shown<'_>) -> Value {
    json!({
        "draws": s.draws,
        "seed": s.seed,
        "scenarios": s.outcomes.iter().map(|o| scenario(s.a, o)).collect::<Vec<_>>(),
    })
}

fn scenario(a: &Assessment<'_>, o: &Outcome) -> Value {
    let c = &o.comparison;
    let total = |h: usize| {
        let t = &c.total;
        json!({ "before": sexes(&t.before[h]), "after": sexes(&t.after[h]), "drawn": t.drawn.map(|d| drawn(&d[h])) })
    };
    json!({
        "scenario": o.scenario,
        "effects": c.effects.iter().map(|e| effect(a, e)).collect::<Vec<_>>(),
        "buyers": c.buyers.iter().map(|b| buyer(a, b)).collect::<Vec<_>>(),
        "expected_children": by_hazard(total),
        "sites": c.sites.iter().map(|s| site(a, s)).collect::<Vec<_>>(),
        "departures": c.departures.iter().map(|d| departure(a, d)).collect::<Vec<_>>(),
    })
}

fn by_hazard(of: impl Fn(usize) -> Value) -> Value {
    HAZARDS.iter().map(|h| (h.slug().to_owned(), of(h.index()))).collect::<Map<String, Value>>().into()
}

fn sexes(x: &PerSex<f64>) -> Value {
    json!({ "girls": x[0], "boys": x[1] })
}

fn spread(s: &Spread) -> Value {
    json!({ "mean": s.mean, "p05": s.p05, "p50": s.p50, "p95": s.p95 })
}

fn drawn(d: &Drawn) -> Value {
    json!({ "before": spread(&d.before), "after": spread(&d.after), "difference": spread(&d.difference) })
}

fn buyer(a: &Assessment<'_>, b: &BuyerChange) -> Value {
    let exposure = |e: &Exposure| {
        let hazard = |h: usize| {
            json!({
                "linked_share": e.linked(h), "girls": e.linked_sex(h, 0), "boys": e.linked_sex(h, 1),
                "traced": e.linked_traced(h), "untraced": e.linked_untraced(h), "linked_labour_share": e.labour[h],
            })
        };
        json!({ "traced_share": e.traced_share, "mean_tier": e.mean_tier, "hazards": by_hazard(hazard) })
    };
    let difference = |h: usize| b.after.linked(h) - b.before.linked(h);
    json!({
        "buyer": a.network.site_id(b.buyer),
        "name": a.network.site_name(b.buyer),
        "before": exposure(&b.before),
        "after": exposure(&b.after),
        "difference": by_hazard(|h| difference(h).into()),
        "drawn": b.drawn.map(|d| by_hazard(|h| drawn(&d[h]))),
    })
}

fn site(a: &Assessment<'_>, s: &SiteChange) -> Value {
    let state = |u: &Updated| {
        let pair = |x: &PerHazard<f64>, h: usize| json!({ "girls": x[h] * u.girls_share, "boys": x[h] * (1.0 - u.girls_share) });
        by_hazard(|h| json!({ "prevalence": u.prevalence[h], "presence": u.presence[h], "expected_children": pair(&u.expected, h) }))
    };
    json!({ "site_id": a.network.site_id(s.site), "before": state(&s.before), "after": state(&s.after) })
}

fn departure(a: &Assessment<'_>, d: &Departure) -> Value {
    json!({
        "buyer": a.network.site_id(d.buyer),
        "site_id": a.network.site_id(d.site),
        "goes_to": d.to.map_or("untraced", |to| a.network.site_id(to)),
        "share_of_purchases": d.share,
        "children_still_expected": by_hazard(|h| sexes(&d.children[h])),
        "other_buyers": d.other_buyers,
    })
}

fn effect(a: &Assessment<'_>, e: &Effect) -> Value {
    let id = |site: usize| a.network.site_id(site);
    match *e {
        Effect::Remediated { site, items } => json!({ "action": "remediate", "site": id(site), "findings_remediated": items }),
        Effect::Disclosed { buyer, share, sectors } => {
            json!({ "action": "disclose", "buyer": id(buyer), "share_of_purchases": share, "sectors": sectors })
        }
        Effect::Moved { buyer, from, to: Some(to), share } => {
            json!({ "action": "move", "buyer": id(buyer), "from": id(from), "to": id(to), "share_of_purchases": share })
        }
        Effect::Moved { buyer, from, to: None, share } => {
            json!({ "action": "drop", "buyer": id(buyer), "supplier": id(from), "share_of_purchases": share })
        }
        Effect::Formalised { site, conditions } => json!({ "action": "formalise", "site": id(site), "conditions_changed": conditions }),
        Effect::DebtEnded { agent, sites } => {
            json!({ "action": "end_advance_debt", "agent": a.network.agents()[agent].id, "sites": sites })
        }
    }
}
