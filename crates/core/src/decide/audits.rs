//! How to look at which sites on a budget of money: equation (8.6).

use super::visit::{Approach, Visit, visit};
use crate::assess::Assessment;

/// A way of looking with what it costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Priced {
    /// How.
    pub approach: Approach,
    /// Cost of a visit, in the currency of the budget.
    pub cost: f64,
}

/// A chosen visit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Audit {
    /// Row of the site.
    pub site: usize,
    /// Row of the way among those priced.
    pub way: usize,
    /// What it would tell.
    pub visit: Visit,
    /// Cost.
    pub cost: f64,
    /// What it tells: expected change of presence times the severity of what may be there.
    pub tells: f64,
    /// It had to be chosen.
    pub follow_up: bool,
}

/// What a budget buys.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditPlan {
    /// Visits: those that had to be, then the most telling for their cost.
    pub audits: Vec<Audit>,
    /// Spent.
    pub spent: f64,
    /// What all of them tell.
    pub tells: f64,
    /// No choice within the budget that keeps the follow-ups tells more (LP relaxation).
    pub bound: f64,
    /// Follow-ups that the budget does not hold.
    pub unmet: Vec<usize>,
}

/// Ways of looking at one site from cheap to dear, of which each tells more for each rupee more than the next: the upper hull.
fn hull(mut ways: Vec<Audit>) -> Vec<Audit> {
    ways.sort_by(|x, y| x.cost.total_cmp(&y.cost).then(y.tells.total_cmp(&x.tells)).then(x.way.cmp(&y.way)));
    let mut out: Vec<Audit> = Vec::new();
    for way in ways {
        if way.tells <= out.last().map_or(0.0, |l| l.tells) {
            continue;
        }
        while let Some(last) = out.last() {
            let before = out.len().checked_sub(2).map_or((0.0, 0.0), |k| (out[k].cost, out[k].tells));
            // at the same cost the one that tells more came first
            let slope = |from: (f64, f64), to: &Audit| (to.tells - from.1) / (to.cost - from.0).max(f64::MIN_POSITIVE);
            if slope(before, last) > slope((last.cost, last.tells), &way) {
                break;
            }
            out.pop();
        }
        out.push(way);
    }
    out
}

/// From one way of looking at a site to the next dearer one.
struct Step {
    slope: f64,
    audit: Audit,
    more: f64,
    gain: f64,
}

/// Chooses for each site at most one way of looking so that most is told within a budget (8.6). Follow-ups come first, the gravest first, each by the way that tells most of
/// those that the budget still holds: a cheap look verifies nothing; then steps along the hull of each site, steepest first, which is optimal but for the last
/// step. Ways that a site cannot be looked at in (`fits`) are left out.
///
/// Cost: sites times ways, and sorting.
#[must_use]
pub fn audits(
    a: &Assessment<'_>,
    sites: &[usize],
    follow_ups: &[usize],
    priced: &[Priced],
    budget: f64,
    fits: impl Fn(usize, &Approach) -> bool,
) -> AuditPlan {
    let ways = |site: usize| -> Vec<Audit> {
        let of = priced.iter().enumerate().filter(|(_, p)| fits(site, &p.approach));
        let audit = |(way, p): (usize, &Priced)| {
            let visit = visit(a, site, p.approach)?;
            let tells = visit.expected_change * a.priority[site].severity;
            Some(Audit { site, way, visit, cost: p.cost, tells, follow_up: false })
        };
        hull(of.filter_map(audit).collect())
    };
    let mut out = AuditPlan { audits: Vec::new(), spent: 0.0, tells: 0.0, bound: 0.0, unmet: Vec::new() };
    let mut must = follow_ups.to_vec();
    must.sort_by_key(|&s| (std::cmp::Reverse(a.priority[s].class), a.priority[s].rank, s));
    must.dedup();
    for &site in &must {
        match ways(site).into_iter().rev().find(|w| out.spent + w.cost <= budget) {
            Some(way) => {
                out.spent += way.cost;
                out.tells += way.tells;
                out.audits.push(Audit { follow_up: true, ..way });
            }
            None => out.unmet.push(site),
        }
    }
    let mut steps: Vec<Step> = Vec::new();
    let mandatory: std::collections::HashSet<usize> = must.iter().copied().collect();
    for &site in sites.iter().filter(|s| !mandatory.contains(s)) {
        let (mut cost, mut tells) = (0.0, 0.0);
        for audit in ways(site) {
            let (more, gain) = (audit.cost - cost, audit.tells - tells);
            steps.push(Step { slope: gain / more.max(f64::MIN_POSITIVE), audit, more, gain });
            (cost, tells) = (audit.cost, audit.tells);
        }
    }
    steps.sort_by(|x, y| y.slope.total_cmp(&x.slope).then(x.audit.site.cmp(&y.audit.site)).then(x.audit.cost.total_cmp(&y.audit.cost)));
    let mut chosen: std::collections::BTreeMap<usize, Audit> = std::collections::BTreeMap::new();
    let mut skipped: std::collections::HashSet<usize> = std::collections::HashSet::new();
    out.bound = out.tells;
    let mut open = budget - out.spent;
    for step in steps {
        // the bound takes the first step that does not fit in part, and no step after it
        let part = if step.more > 0.0 { (open / step.more).clamp(0.0, 1.0) } else { 1.0 };
        out.bound += step.gain * part;
        open -= step.more * part;
        if skipped.contains(&step.audit.site) {
            continue;
        }
        if out.spent + step.more <= budget {
            out.spent += step.more;
            out.tells += step.gain;
            chosen.insert(step.audit.site, step.audit);
        } else {
            skipped.insert(step.audit.site);
        }
    }
    let mut chosen: Vec<Audit> = chosen.into_values().collect();
    chosen.sort_by(|x, y| (y.tells / y.cost).total_cmp(&(x.tells / x.cost)).then(x.site.cmp(&y.site)));
    out.audits.extend(chosen);
    out
}
