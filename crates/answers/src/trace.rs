//! Where a buyer's linked share comes from, and where its chain is dark.

use serde_json::{Map, Value, json};
use tierlight_core::Assessment;
use tierlight_core::model::{HAZARDS, Hazard};
use tierlight_core::network::contribution::{Contribution, contributions};
use tierlight_core::network::paths::{Paths, heaviest_paths};
use tierlight_core::network::reach::{Reach, reach};
use tierlight_core::network::tiers::{Tier, tiers};
use tierlight_data::run::Intervals;

/// Everything that is traced for one buyer.
#[derive(Debug)]
pub struct Trace {
    /// Row of the buyer.
    pub buyer: usize,
    /// Hazard of paths and dark places.
    pub hazard: Hazard,
    /// By site, the largest on the hazard first.
    pub contributions: Vec<Contribution>,
    /// By tier.
    pub tiers: Vec<Tier>,
    /// Heaviest paths.
    pub paths: Paths,
    /// What lies upstream.
    pub reach: Reach,
    /// (site, untraced value, linked share it carries), largest first.
    pub dark: Vec<(usize, f64, f64)>,
    /// What the draws say.
    pub drawn: Option<Intervals>,
}

/// Traces a buyer, with at most so many paths.
#[must_use]
pub fn trace(a: &Assessment<'_>, buyer: usize, hazard: Hazard, paths: usize, drawn: Option<Intervals>) -> Trace {
    let h = hazard.index();
    let mut contributions = contributions(&a.plan, &a.updated, buyer);
    let mut dark: Vec<(usize, f64, f64)> = contributions
        .iter()
        .filter(|c| c.dark > 0.0)
        .map(|c| {
            let site = &a.network.sites()[c.site];
            let q = a.untraced.of_site(site).prevalence[h];
            (c.site, c.dark, c.dark * (q[0] + q[1]))
        })
        .collect();
    dark.sort_by(|x, y| y.2.total_cmp(&x.2).then(x.0.cmp(&y.0)));
    let linked = |c: &Contribution| c.traced[h][0] + c.traced[h][1];
    contributions.sort_by(|x, y| linked(y).total_cmp(&linked(x)).then(x.site.cmp(&y.site)));
    Trace {
        buyer,
        hazard,
        tiers: tiers(&a.plan, &a.updated, buyer),
        paths: heaviest_paths(&a.plan, &a.updated, &a.exposure, buyer, hazard, paths),
        reach: reach(&a.plan, &a.updated, buyer),
        contributions,
        dark,
        drawn,
    }
}

/// Heaviest paths up a buyer's chain.
#[must_use]
pub fn paths_json(a: &Assessment<'_>, paths: &Paths, hazard: Hazard) -> Value {
    let path = |p: &tierlight_core::network::paths::Path| {
        let sites: Vec<&str> = p.sites.iter().map(|&s| a.network.site_id(s)).collect();
        json!({ "sites": sites, "value": p.value, "linked_share": p.linked })
    };
    json!({
        "hazard": hazard.slug(),
        "paths": paths.paths.iter().map(path).collect::<Vec<_>>(),
        "remainder": paths.remainder,
        "capped": paths.capped,
    })
}

/// A trace for programs, with at most so many contributions and dark places; what is left out is summed up in `more`.
#[must_use]
pub fn trace_json(a: &Assessment<'_>, t: &Trace, most: usize) -> Value {
    let e = &a.exposure[t.buyer];
    let hazards: Map<String, Value> = HAZARDS
        .iter()
        .map(|hz| {
            let k = hz.index();
            let value = json!({
                "linked_share": e.linked(k), "girls": e.linked_sex(k, 0), "boys": e.linked_sex(k, 1),
                "traced": e.linked_traced(k), "untraced": e.linked_untraced(k), "linked_labour_share": e.labour[k],
                "any_site_probability": t.reach.any_site[k], "expected_sites": t.reach.expected_sites[k],
                "upstream_girls": t.reach.children[k][0], "upstream_boys": t.reach.children[k][1],
            });
            (hz.slug().to_owned(), value)
        })
        .collect();
    let sex = |x: &[[f64; 2]; 3]| {
        let of = |k: usize| json!({ "girls": x[k][0], "boys": x[k][1] });
        json!({ "child_labour": of(0), "hazardous": of(1), "forced": of(2) })
    };
    let mut out = json!({
        "buyer": a.network.site_id(t.buyer),
        "traced_share": e.traced_share,
        "mean_tier": e.mean_tier,
        "upstream_sites": t.reach.sites,
        "hazards": hazards,
        "intervals": t.drawn,
        "tiers": t.tiers.iter().map(|x| json!({ "tier": x.tier, "value_added": x.value, "untraced": x.dark, "linked": sex(&x.traced) })).collect::<Vec<_>>(),
        "contributions": t.contributions.iter().take(most).map(|c| json!({
            "site_id": a.network.site_id(c.site), "multiplier": c.multiplier, "linked": sex(&c.traced), "untraced": c.dark,
        })).collect::<Vec<_>>(),
        "paths": paths_json(a, &t.paths, t.hazard),
        "dark": t.dark.iter().take(most).map(|&(s, value, linked)| json!({ "site_id": a.network.site_id(s), "untraced_value": value, "linked_share": linked })).collect::<Vec<_>>(),
    });
    let rest = t.contributions.get(most..).unwrap_or_default();
    let dark = t.dark.get(most..).unwrap_or_default();
    if !rest.is_empty() || !dark.is_empty() {
        let mut linked = [[0.0; 2]; 3];
        for (sum, x) in rest.iter().flat_map(|c| c.traced.iter().flatten()).enumerate().map(|(k, x)| (k % 6, x)) {
            linked[sum / 2][sum % 2] += x;
        }
        out["more"] = json!({
            "contributions": rest.len(), "linked": sex(&linked), "untraced": rest.iter().map(|c| c.dark).sum::<f64>(),
            "dark": dark.len(), "dark_linked_share": dark.iter().map(|d| d.2).sum::<f64>(),
        });
    }
    out
}
