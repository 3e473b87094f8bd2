//! Seeded random networks, evidence and states.

use super::{AS_OF, DEU, Draft, PAK, item};
use tierlight_core::model::{AgentKind, Amount, CONDITIONS, Evidence, Finding, LinkKind, Method, Probability, Share};
use tierlight_core::risk::update::Updated;

/// SplitMix64: the same numbers everywhere, from a seed.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    pub(crate) fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for k in (1..values.len()).rev() {
            values.swap(k, self.below(k + 1));
        }
    }
}

/// A random network of `n` sites with cycles, self-supply, parallel links, unknown values, evidence and agents.
pub(crate) fn random_draft(seed: u64, n: usize) -> Draft {
    let mut rng = Rng(seed);
    let mut draft = Draft::new();
    for k in 0..n {
        let (sector, country) = (rng.below(3) as u16, if rng.chance(0.2) { DEU } else { PAK });
        let district = (country == PAK && rng.chance(0.6)).then(|| rng.below(3) as u16);
        let site = draft.site(&format!("s{k:04}"), sector);
        site.country = country;
        site.district = district;
        site.input_share = if rng.chance(0.7) { Share::new(rng.unit()) } else { None };
        site.workers = rng.chance(0.5).then(|| 1.0 + rng.below(120) as f64);
        site.labour_intensity = rng.chance(0.3).then(|| 10.0 + 900.0 * rng.unit());
        site.measured_prevalence = if rng.chance(0.1) { Probability::new(0.4 * rng.unit()) } else { None };
        for k in CONDITIONS {
            let state = rng.chance(0.3).then(|| rng.chance(0.5));
            site.conditions.set(k, state);
        }
    }
    for buyer in 0..n as u32 {
        let count = rng.below(5);
        let covered = if rng.chance(0.2) { 1.0 } else { rng.unit() };
        let parts: Vec<f64> = (0..count).map(|_| 0.05 + rng.unit()).collect();
        let total: f64 = parts.iter().sum();
        for part in parts {
            // mostly from lower rows, sometimes from anywhere: cycles, self-supply and parallel links occur
            let supplier = if buyer > 0 && rng.chance(0.75) { rng.below(buyer as usize) } else { rng.below(n) };
            let kind = rng.pick(LinkKind::ALL);
            draft.link_rows(supplier as u32, buyer, Amount::Share(covered * part / total)).kind = kind;
        }
    }
    for k in 0..n / 3 {
        let site = rng.below(n) as u32;
        let item = random_item(&mut rng, k, site);
        draft.parts.evidence.push(item);
    }
    for k in 0..n / 10 {
        let sites: Vec<String> = (0..2 + rng.below(4)).map(|_| format!("s{:04}", rng.below(n))).collect();
        let sites: Vec<&str> = sites.iter().map(String::as_str).collect();
        let kind = rng.chance(0.7).then(|| rng.pick(AgentKind::ALL));
        draft.agent(&format!("a{k:03}"), kind, &sites);
    }
    draft
}

/// A random item of evidence without a case.
pub(crate) fn random_item(rng: &mut Rng, number: usize, site: u32) -> Evidence {
    let method = rng.pick(Method::ALL);
    let found = method.found_only() || rng.chance(0.5);
    let finding = if found { Finding::Found } else { Finding::NotFound };
    let hazard = rng.pick(&tierlight_core::model::HAZARDS);
    let mut item = item(number, site, method, finding, hazard);
    item.date = AS_OF.saturating_sub(jiff::Span::new().days((rng.next() % 1200).cast_signed()));
    if found && rng.chance(0.3) {
        item.girls = Some(rng.below(4) as u32);
        item.boys = rng.chance(0.7).then(|| rng.below(4) as u32);
    }
    let flag = |rng: &mut Rng| rng.chance(0.4).then(|| rng.chance(0.5));
    item.supplier_paid = flag(rng);
    item.returning_team = flag(rng);
    item.all_male_team = flag(rng);
    item.children_interviewed = flag(rng);
    item.off_site = flag(rng);
    item
}

/// Random states after evidence, nested and consistent, without the cost of the inherent model.
pub(crate) fn random_states(seed: u64, n: usize) -> Vec<Updated> {
    let mut rng = Rng(seed ^ 0xABCD);
    (0..n)
        .map(|_| {
            let workers = 1.0 + rng.below(200) as f64;
            let all = if rng.chance(0.1) { 0.0 } else { 0.3 * rng.unit() };
            let prevalence = [all, all * rng.unit(), all * rng.unit()];
            let presence = prevalence.map(|t| t + (1.0 - t) * 0.5 * t);
            Updated {
                prevalence,
                presence,
                survival: presence.map(|p| -libm::log1p(-p)),
                expected: prevalence.map(|t| t * workers),
                girls_share: rng.unit(),
                workers,
            }
        })
        .collect()
}
