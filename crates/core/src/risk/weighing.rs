//! Evidence weighed under N sets of parameters at once: one for point values, the lanes of a block for draws. Equations (3.1) to
//! (3.3), (3.6) and the counts of (3.7).

#![allow(clippy::needless_range_loop, reason = "lanes of several numbers are indexed together")]

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::evidence::{decay, log_ratio, months_since, sensitivity};
use super::maths::Maths;
use super::update::{Count, Item};
use crate::model::{Evidence, Finding, Hazard, Network};
use crate::parameters::{Coefficients, Parameters};

/// What no parameter changes about an item of evidence.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Row among the kinds: method, finding, and how the visit was done.
    kind: u32,
    /// On which hazard.
    pub hazard: Hazard,
    /// Found or not.
    pub finding: Finding,
    /// The silence of a method that only finds is no look at a site.
    pub looked: bool,
    /// Found, and the case verifiably remediated on or after that day (3.6).
    remediated: bool,
    /// Age in months.
    months: f64,
    /// Children counted, 0 where none were.
    children: u32,
    /// First and end of its repeats, at the first of them; empty for others and for what stands alone.
    repeats: (u32, u32),
}

/// Items of evidence, as they are looked at today.
#[derive(Debug, Default)]
pub struct Looks {
    all: Vec<Look>,
    /// Row of the evidence that stands for a kind, and whether it was in the peak season.
    kinds: Vec<(usize, bool)>,
    /// Repeats of one method, finding and hazard at a site, side by side, as places among `all`.
    repeats: Vec<u32>,
}

impl Looks {
    /// Looks at some rows of a network's evidence, in their order, as if only they were known. `O(e log e)`.
    #[must_use]
    pub fn new(network: &Network, parameters: &Parameters, rows: &[usize]) -> Self {
        let evidence = network.evidence();
        let mut remediated: BTreeMap<(u32, &str), Date> = BTreeMap::new();
        for item in rows.iter().map(|&row| &evidence[row]) {
            if let (Some(case), Some(date)) = (&item.case_id, item.remediated_on)
                && date <= network.as_of()
            {
                let latest = remediated.entry((item.site, case)).or_insert(date);
                *latest = date.max(*latest);
            }
        }
        let mut kinds = Vec::new();
        let mut known: BTreeMap<_, u32> = BTreeMap::new();
        let look = |&row: &usize| {
            let item = &evidence[row];
            let sector = usize::from(network.sites()[item.site as usize].sector);
            let closed = match &item.case_id {
                Some(case) => remediated.get(&(item.site, case.as_str())).copied(),
                None => item.remediated_on.filter(|&date| date <= network.as_of()),
            };
            let peak = parameters.sectors[sector].is_peak(item.date.month());
            let how = [item.supplier_paid, item.returning_team, item.all_male_team, item.children_interviewed, item.off_site];
            let kind = *known.entry((item.method as u8, item.finding, how, peak)).or_insert_with(|| {
                kinds.push((row, peak));
                kinds.len() as u32 - 1
            });
            Look {
                kind,
                hazard: item.hazard,
                finding: item.finding,
                looked: item.finding == Finding::Found || !item.method.found_only(),
                remediated: item.finding == Finding::Found && closed.is_some_and(|date| date >= item.date),
                months: months_since(item.date, network.as_of()),
                children: item.children().filter(|_| item.finding == Finding::Found).unwrap_or(0),
                repeats: (0, 0),
            }
        };
        let mut all: Vec<Look> = rows.iter().map(look).collect();
        let group = |k: u32| {
            let item = &evidence[rows[k as usize]];
            (item.site, item.method as u8, item.finding, item.hazard)
        };
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        order.sort_by_key(|&k| (group(k), k));
        let mut repeats: Vec<u32> = Vec::new();
        for same in order.chunk_by(|&a, &b| group(a) == group(b)).filter(|same| same.len() > 1) {
            all[same[0] as usize].repeats = (repeats.len() as u32, (repeats.len() + same.len()) as u32);
            repeats.extend(same);
        }
        Self { all, kinds, repeats }
    }

    /// By row, as they were given.
    #[must_use]
    pub fn all(&self) -> &[Look] {
        &self.all
    }
}

/// What an item of one kind says when it is fresh.
#[derive(Debug, Clone, Copy)]
pub struct Likelihood<const N: usize> {
    /// Se with its modifiers; `None` for methods that only find.
    pub sensitivity: Option<[f64; N]>,
    /// Λ.
    pub log_ratio: [f64; N],
}

/// Parameters of evidence, N of each.
#[derive(Debug)]
pub struct Likelihoods<const N: usize> {
    of_kind: Vec<Likelihood<N>>,
    half_life_found: [f64; N],
    half_life_not_found: [f64; N],
    repeat_discount: [f64; N],
    relapse: [f64; N],
    /// Se that a finding without one is taken to have had.
    pub unannounced: [f64; N],
    /// k of (3.5).
    pub agent_prior_sites: [f64; N],
    /// Cap of (3.5).
    pub agent_cap: [f64; N],
}

impl<const N: usize> Likelihoods<N> {
    /// Of N sets of coefficients: linear in kinds.
    #[must_use]
    pub fn new(looks: &Looks, evidence: &[Evidence], coefficients: &[Coefficients]) -> Self {
        let each = |f: &dyn Fn(&Coefficients) -> f64| -> [f64; N] { std::array::from_fn(|k| coefficients.get(k).map_or(0.0, f)) };
        let kind = |&(row, peak): &(usize, bool)| {
            let item = &evidence[row];
            let se = |c: &Coefficients| sensitivity(item, peak, c);
            Likelihood {
                sensitivity: coefficients.first().and_then(se).map(|_| each(&|c| se(c).unwrap_or(0.0))),
                log_ratio: each(&|c| log_ratio(item.finding, se(c), c.false_report_ratio(item.method).mean)),
            }
        };
        Self {
            of_kind: looks.kinds.iter().map(kind).collect(),
            half_life_found: each(&|c| c.half_life_found_months.mean),
            half_life_not_found: each(&|c| c.half_life_not_found_months.mean),
            repeat_discount: each(&|c| c.repeat_discount.mean),
            relapse: each(&|c| c.relapse_factor.mean),
            unannounced: each(&|c| c.se_unannounced_audit.mean),
            agent_prior_sites: each(&|c| c.agent_prior_sites.mean),
            agent_cap: each(&|c| c.agent_lr_cap.mean),
        }
    }

    /// Of an item's kind.
    #[must_use]
    #[inline(always)]
    pub fn of(&self, look: &Look) -> &Likelihood<N> {
        &self.of_kind[look.kind as usize]
    }
}

/// What an item weighs.
#[derive(Debug, Clone, Copy)]
pub struct Weight<const N: usize> {
    /// Λ of the fresh item.
    pub log_ratio: [f64; N],
    /// 2^(−age / half-life).
    pub age: [f64; N],
    /// r^(k − 1) for the k-th strongest item of one method, finding and hazard at the site.
    pub repeat: [f64; N],
    /// Relapse factor after verified remediation, else 1.
    pub remediation: [f64; N],
}

/// Weighs items of evidence, again and again in the same memory.
#[derive(Debug)]
pub struct Weighing<const N: usize> {
    weights: Vec<Weight<N>>,
    order: Vec<u32>,
    items: Vec<Item<N>>,
    counts: Vec<Count<N>>,
}

impl<const N: usize> Default for Weighing<N> {
    fn default() -> Self {
        Self { weights: Vec::new(), order: Vec::new(), items: Vec::new(), counts: Vec::new() }
    }
}

impl<const N: usize> Weighing<N> {
    /// What the items weigh that were weighed last, in their order.
    #[must_use]
    pub fn weights(&self) -> &[Weight<N>] {
        &self.weights
    }

    /// Weighs some of the items, which hold all or none of the items of a site. Cost: `O(e log e)`.
    ///
    /// Items of one method, finding and hazard at one site are repeats: the k-th strongest counts with r^(k−1), so that
    /// one method's misses are not taken for independent ones (3.3). A remediated item keeps the relapse factor of its weight (3.6).
    #[inline(always)]
    pub fn weigh<M: Maths>(&mut self, looks: &Looks, rows: Range<usize>, likelihoods: &Likelihoods<N>) {
        self.weights.clear();
        for look in &looks.all[rows.clone()] {
            let half_life = match look.finding {
                Finding::Found => &likelihoods.half_life_found,
                Finding::NotFound => &likelihoods.half_life_not_found,
            };
            let mut age = [0.0; N];
            for k in 0..N {
                age[k] = decay::<M>(look.months, half_life[k]);
            }
            let remediation = if look.remediated { likelihoods.relapse } else { [1.0; N] };
            self.weights.push(Weight { log_ratio: likelihoods.of(look).log_ratio, age, repeat: [1.0; N], remediation });
        }
        for look in looks.all[rows.clone()].iter().filter(|l| l.repeats.0 < l.repeats.1) {
            let same = &looks.repeats[look.repeats.0 as usize..look.repeats.1 as usize];
            for k in 0..N {
                self.repeat::<M>(same, rows.start, k, likelihoods.repeat_discount[k]);
            }
        }
    }

    fn repeat<M: Maths>(&mut self, same: &[u32], start: usize, k: usize, discount: f64) {
        let Self { weights, order, .. } = self;
        let strength = |at: u32| {
            let w = &weights[at as usize - start];
            (w.log_ratio[k] * w.age[k] * w.remediation[k]).abs()
        };
        order.clear();
        order.extend_from_slice(same);
        order.sort_unstable_by(|&a, &b| strength(b).total_cmp(&strength(a)).then(a.cmp(&b)));
        for (rank, &at) in order.iter().enumerate() {
            weights[at as usize - start].repeat[k] = M::pow(discount, rank as f64);
        }
    }

    /// Items and counts as the update takes them, of the rows that were weighed last.
    #[inline(always)]
    pub fn taken(&mut self, looks: &Looks, rows: Range<usize>) -> (&[Item<N>], &[Count<N>]) {
        self.items.clear();
        self.counts.clear();
        for (look, w) in looks.all[rows].iter().zip(&self.weights) {
            let mut against = [0.0; N];
            for k in 0..N {
                against[k] = w.log_ratio[k].abs() * (w.age[k] * w.repeat[k] * w.remediation[k]);
            }
            self.items.push(Item { hazard: look.hazard, finding: look.finding, against });
            if look.children > 0 {
                let counted = f64::from(look.children);
                let mut expected = [0.0; N];
                for k in 0..N {
                    expected[k] = counted * w.age[k] * w.remediation[k];
                }
                self.counts.push(Count { hazard: look.hazard, expected, counted });
            }
        }
        (&self.items, &self.counts)
    }
}
