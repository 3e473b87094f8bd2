//! The explanation as JSON.

use serde_json::{Value, json};
use tierlight_core::Assessment;
use tierlight_core::model::Modelled;
use tierlight_core::risk::logit::logit;
use tierlight_core::risk::term::Known;
use tierlight_data::run::Intervals;

use super::{Step, advice, district_estimate, items, orders, referral};
use crate::by_hazard::{by_hazard, intervals_json};
use crate::referral::referral_json;
use crate::sites::place;

pub(super) fn of(a: &Assessment<'_>, row: usize, steps: &[Step], drawn: Option<&Intervals>) -> Value {
    let site = &a.network.sites()[row];
    let base = &a.parameters.bases[a.model.prior(row).levels.base_row];
    let known = |k: Known| match k {
        Known::Stated => "stated",
        Known::Implied => "implied",
        Known::Unknown => "unknown",
    };
    let terms: Vec<Value> = steps
        .iter()
        .map(|s| json!({ "part": s.part, "term": s.term, "log_odds": s.value, "known": known(s.known), "grade": s.grade, "source": s.source }))
        .collect();
    let evidence: Vec<Value> = items(a, row)
        .iter()
        .map(|item| {
            let e = &a.network.evidence()[item.row];
            let w = &a.weighed[item.row];
            let h = e.hazard.index();
            json!({
                "evidence_id": e.id, "date": e.date.to_string(), "method": e.method.slug(), "finding": e.finding.slug(), "hazard": e.hazard.slug(),
                "sensitivity": w.sensitivity, "weight": w.weight(), "log_odds_today": w.log_odds(),
                "presence_without": item.without[h], "presence_with": a.updated[row].presence[h],
                "moves_log_odds": logit(a.updated[row].presence[h]) - logit(item.without[h]),
            })
        })
        .collect();
    json!({
        "site_id": a.network.site_id(row),
        "name": a.network.site_name(row),
        "sector": a.parameters.sectors[usize::from(site.sector)].id,
        "place": place(a, row),
        "workers": a.inherent[row].workers,
        "workers_assumed": a.inherent[row].workers_assumed,
        "district_estimate": district_json(a, row),
        "base": { "value": base.base, "low": base.low, "high": base.high, "reported": base.reported, "reporting": base.reporting },
        "terms": terms,
        "presence_before_evidence": by_hazard(&a.inherent[row].presence()),
        "evidence": evidence,
        "agent_ratio": a.agent_ratio[row],
        "presence": by_hazard(&a.updated[row].presence),
        "prevalence": by_hazard(&a.updated[row].prevalence),
        "expected_children": by_hazard(&a.updated[row].expected),
        "intervals": drawn.map(|d| json!({
            "presence": intervals_json(&d.presence),
            "prevalence": intervals_json(&d.prevalence),
            "expected_children": intervals_json(&d.expected_children),
            "linked_share": intervals_json(&d.linked_share),
        })),
        "girls_share": a.updated[row].girls_share,
        "priority_rank": a.priority[row].rank,
        "recorded_class": a.priority[row].class.number(),
        "modelled": site.modelled.map(Modelled::slug),
        "orders": orders::orders_json(a, row),
        "advice": advice(a, row),
        "referral": referral_json(&referral(a, row)),
    })
}

fn district_json(a: &Assessment<'_>, row: usize) -> Value {
    let Some((estimate, area, level)) = district_estimate(a, row) else { return Value::Null };
    let [low, high] = estimate.interval();
    json!({
        "rate": estimate.combined(),
        "low": low,
        "high": high,
        "weight": estimate.weight,
        "flags": estimate.flags.iter().map(|f| f.slug()).collect::<Vec<_>>(),
        "area": area,
        "area_rate": level,
    })
}
