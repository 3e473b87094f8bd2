//! Two runs side by side: what they rest on, and which sites and buyers differ.

use serde::Serialize;
use serde_json::{Map, Value};
use tierlight_core::model::{HAZARDS, Hazard};

use crate::opened::{ByHazard, Opened};

/// What a site or buyer is in one run and in the other.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Moved {
    /// Id.
    pub site_id: String,
    /// Name, as in the later run.
    pub name: String,
    /// In the earlier run.
    pub before: f64,
    /// In the later run.
    pub after: f64,
    /// After less before.
    pub difference: f64,
}

/// Differences between two runs.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Comparison {
    /// Hazard of presence and linked shares.
    pub hazard: String,
    /// Options, packs, inputs and versions that differ, by name: before and after.
    #[schema(value_type = Object)]
    pub basis: Map<String, Value>,
    /// Sites in both.
    pub sites_in_both: usize,
    /// Ids of sites in the later run only, the first of them.
    pub added: Vec<String>,
    /// How many there are.
    pub added_count: usize,
    /// Ids of sites in the earlier run only, the first of them.
    pub removed: Vec<String>,
    /// How many there are.
    pub removed_count: usize,
    /// Expected children at all sites, before.
    pub expected_children_before: ByHazard<f64>,
    /// Expected children at all sites, after.
    pub expected_children_after: ByHazard<f64>,
    /// Sites of both whose presence differs, the largest difference first.
    pub presence: Vec<Moved>,
    /// How many differ.
    pub presence_count: usize,
    /// Final buyers of the later run whose linked share differs, the largest difference first.
    pub linked_share: Vec<Moved>,
    /// How many differ.
    pub linked_share_count: usize,
}

/// Compares two runs; lists have at most `top` rows.
#[must_use]
pub fn compare(before: &Opened, after: &Opened, hazard: Hazard, top: usize) -> Comparison {
    let (x, y) = (before.assessment(), after.assessment());
    let h = hazard.index();
    let (mut added, mut removed, mut both) = (Vec::new(), Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    let (n, m) = (x.network.sites().len(), y.network.sites().len());
    // both are in the order of their ids
    while i < n || j < m {
        let order = match (i < n, j < m) {
            (true, true) => x.network.site_id(i).as_bytes().cmp(y.network.site_id(j).as_bytes()),
            (true, false) => std::cmp::Ordering::Less,
            _ => std::cmp::Ordering::Greater,
        };
        match order {
            std::cmp::Ordering::Less => {
                removed.push(i);
                i += 1;
            }
            std::cmp::Ordering::Greater => {
                added.push(j);
                j += 1;
            }
            std::cmp::Ordering::Equal => {
                both.push((i, j));
                i += 1;
                j += 1;
            }
        }
    }
    let moved = |rows: &[(usize, usize)], value: &dyn Fn(bool, usize) -> f64| {
        let mut out: Vec<(usize, f64, f64)> =
            rows.iter().map(|&(i, j)| (j, value(false, i), value(true, j))).filter(|(_, b, a)| b.total_cmp(a).is_ne()).collect();
        out.sort_by(|p, q| (q.2 - q.1).abs().total_cmp(&(p.2 - p.1).abs()).then(p.0.cmp(&q.0)));
        let count = out.len();
        let item = |(j, before, after): (usize, f64, f64)| Moved {
            site_id: y.network.site_id(j).to_owned(),
            name: y.network.site_name(j).to_owned(),
            before,
            after,
            difference: after - before,
        };
        (out.into_iter().take(top).map(item).collect::<Vec<_>>(), count)
    };
    let finals = tierlight_core::network::throughput::final_buyers(&y.plan);
    let buyers: Vec<(usize, usize)> = both.iter().copied().filter(|(_, j)| finals.binary_search(j).is_ok()).collect();
    let (presence, presence_count) = moved(&both, &|later, r| if later { y.updated[r].presence[h] } else { x.updated[r].presence[h] });
    let (linked_share, linked_share_count) =
        moved(&buyers, &|later, r| if later { y.exposure[r].linked(h) } else { x.exposure[r].linked(h) });
    let total = |run: &Opened| HAZARDS.map(|h| run.assessment().updated.iter().map(|u| u.expected[h.index()]).sum::<f64>()).into();
    Comparison {
        hazard: hazard.slug().to_owned(),
        basis: basis(before, after),
        sites_in_both: both.len(),
        added_count: added.len(),
        added: added.into_iter().take(top).map(|j| y.network.site_id(j).to_owned()).collect(),
        removed_count: removed.len(),
        removed: removed.into_iter().take(top).map(|i| x.network.site_id(i).to_owned()).collect(),
        expected_children_before: total(before),
        expected_children_after: total(after),
        presence,
        presence_count,
        linked_share,
        linked_share_count,
    }
}

/// What the runs rest on and differ in.
fn basis(before: &Opened, after: &Opened) -> Map<String, Value> {
    let fields = |run: &Opened| {
        let record = serde_json::to_value(run.record()).unwrap_or_default();
        let mut out = Map::new();
        for name in ["engine_version", "method_version", "packs", "inputs", "seed"] {
            out.insert(name.to_owned(), record.get(name).cloned().unwrap_or_default());
        }
        if let Some(options) = record.get("options").and_then(Value::as_object) {
            out.extend(options.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        out
    };
    let (x, y) = (fields(before), fields(after));
    let names: std::collections::BTreeSet<&String> = x.keys().chain(y.keys()).collect();
    let differing = names.into_iter().filter(|name| x.get(*name) != y.get(*name));
    differing.map(|name| (name.clone(), serde_json::json!({ "before": x.get(name), "after": y.get(name) }))).collect()
}
