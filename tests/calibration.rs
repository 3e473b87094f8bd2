//! Section 5 on simulated truth: parameters drawn, data generated from them, and estimated again without knowing them.
//!
//! The truth is made by other code than the draws: the packs' numbers are moved, every site's open questions are answered, and the
//! point model says what follows.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test, and its figures")]

use std::path::Path;

use tierlight_core::draws::lanes::{L, exp, ln};
use tierlight_core::draws::random::{Random, key, normal, uniform};
use tierlight_core::model::{CONDITIONS, Finding, HAZARDS, Hazard, Network, NetworkParts, Probability};
use tierlight_core::parameters::{Parameters, SectorShare};
use tierlight_core::risk::centring::Spread;
use tierlight_core::risk::district::{DistrictEffects, district_effects};
use tierlight_core::risk::evidence::sensitivity;
use tierlight_core::risk::logit::{Interval, expit, logit};
use tierlight_core::{Assessment, Options, ReachBy, Silent, assess_in};
use tierlight_data::packs::read_packs;
use tierlight_data::read::{NetworkOptions, read_network};

/// Worlds that are drawn.
const WORLDS: usize = 48;
/// Draws of each estimate.
const DRAWS: usize = 208;

/// One world's random numbers.
struct World {
    random: Random,
    number: usize,
}

impl World {
    fn word(&mut self, kind: &str, name: &str) -> u32 {
        self.random.numbers(key(kind, name), self.number / L).quad(0)[0][self.number % L]
    }

    fn normal(&mut self, kind: &str, name: &str) -> f64 {
        normal(uniform(self.word(kind, name)) - 0.5)
    }

    fn chance(&mut self, kind: &str, name: &str, p: f64) -> bool {
        uniform(self.word(kind, name)) < p
    }

    /// A share with an interval, its mean kept.
    fn share(&mut self, kind: &str, name: &str, x: Interval) -> f64 {
        let centre = Spread::default().with_normal(x.sd()).intercept(x.mean);
        expit(centre + x.sd() * self.normal(kind, name))
    }

    /// Parameters as they are in this world.
    fn parameters(&mut self, p: &Parameters) -> Parameters {
        let mut out = p.clone();
        let fixed = ["survey_", "area_", "level_sd_", "child_labour_rate_", "coverage_", "employment_"];
        out.coefficients = p.coefficients.with_means(|name, value| {
            if fixed.iter().any(|f| name.starts_with(f)) { value.mean } else { value.at(self.normal("parameter", name)) }
        });
        for base in &mut out.bases {
            let name = format!("{} {:?}", base.sector, base.country);
            base.base = self.share("base", &name, base.interval());
        }
        for sector in &mut out.sectors {
            let id = sector.id.clone();
            let shares: [(&str, &mut SectorShare); 3] = [
                ("hazardous", &mut sector.profile.hazardous_share),
                ("forced", &mut sector.profile.forced_share),
                ("girls", &mut sector.profile.girls_share),
            ];
            for (kind, share) in shares {
                share.value = self.share(kind, &id, share.interval());
            }
        }
        out
    }

    fn districts(&mut self, p: &Parameters, effects: &DistrictEffects) -> DistrictEffects {
        let mut out = effects.clone();
        for e in &mut out.estimates {
            e.log_odds += e.sd * self.normal("district", &p.districts[e.district].id);
        }
        out
    }

    /// The network with every open question answered as it is in this world.
    fn network(&mut self, network: &Network, p: &Parameters, districts: &DistrictEffects) -> Network {
        let mut parts = parts_of(network);
        // what the stated workforce and the agents imply is left to the model
        let implied = assess(network, p, districts, 0);
        for (row, site) in parts.sites.iter_mut().enumerate() {
            let id = network.site_id(row);
            let profile = &p.sectors[usize::from(site.sector)].profile;
            for k in CONDITIONS {
                if implied.model.condition(row, k).is_none() {
                    let state = self.chance("condition", &format!("{id} {k:?}"), profile.share(k));
                    site.conditions.set(k, Some(state));
                }
            }
            if site.workers.is_none() {
                let z = self.normal("workers", id);
                site.workers = Some((profile.workers_median * exp(ln(profile.workers_gsd) * z)).max(1.0));
            }
        }
        let answered = Network::new(parts).unwrap();
        let a = assess(&answered, p, districts, 0);
        let mut parts = parts_of(&answered);
        for (row, site) in parts.sites.iter_mut().enumerate() {
            let deviation = p.coefficients.sigma_site.mean * self.normal("site", network.site_id(row));
            let theta = expit(logit(a.inherent[row].prevalence[0]) + deviation);
            site.measured_prevalence = Some(Probability::new(theta).unwrap());
        }
        Network::new(parts).unwrap()
    }

    /// Evidence as it would have come out in this world: who is there, and what is seen of them.
    fn evidence(&mut self, truth: &Network, p: &Parameters, districts: &DistrictEffects) -> (Network, Vec<[bool; 3]>) {
        let mut parts = parts_of(truth);
        let bare = assess(truth, p, districts, 0);
        let c = &p.coefficients;
        let present: Vec<[bool; 3]> = (0..truth.sites().len())
            .map(|row| {
                let id = truth.site_id(row);
                let before = bare.inherent[row].presence();
                let child_labour = self.chance("present", id, before[0]);
                let part = |of: f64| if before[0] > 0.0 { of / before[0] } else { 0.0 };
                let hazardous = child_labour && self.chance("present hazardous", id, part(before[1]));
                [child_labour, hazardous, child_labour && self.chance("present forced", id, part(before[2]))]
            })
            .collect();
        for item in &mut parts.evidence {
            let there = present[item.site as usize][item.hazard.index()];
            let peak = p.sectors[usize::from(truth.sites()[item.site as usize].sector)].is_peak(item.date.month());
            let phi = c.false_report_ratio(item.method).mean;
            let se = sensitivity(item, peak, c).unwrap_or(0.3);
            let seen = self.chance("seen", &item.id, if there { se } else { phi * se });
            // a method that only finds says nothing where it does not
            item.finding = if seen { Finding::Found } else { Finding::NotFound };
            (item.girls, item.boys, item.remediated_on) = (None, None, None);
            // fresh, and each its own method's only look: discounts of age and repeats are judgements about real life
            item.date = truth.as_of();
        }
        let mut looked = std::collections::BTreeSet::new();
        parts
            .evidence
            .retain(|e| (e.finding == Finding::Found || !e.method.found_only()) && looked.insert((e.site, e.method as u8, e.hazard)));
        parts.agent_links.clear();
        (Network::new(parts).unwrap(), present)
    }
}

fn parts_of(network: &Network) -> NetworkParts {
    let mut parts = NetworkParts::new(network.as_of());
    for row in 0..network.sites().len() {
        parts.site_ids.push(network.site_id(row));
        parts.site_names.push(network.site_name(row));
    }
    parts.sites = network.sites().to_vec();
    parts.links = network.links().to_vec();
    parts.products = network.products().clone();
    parts.agents = network.agents().to_vec();
    parts.agent_links = network.agent_links().to_vec();
    parts.evidence = network.evidence().to_vec();
    parts
}

fn assess<'a>(network: &'a Network, p: &'a Parameters, districts: &DistrictEffects, draws: usize) -> Assessment<'a> {
    let options = Options { reach: ReachBy::Nothing, seed: 1, draws };
    assess_in(network, p, districts.clone(), &options, &Silent).unwrap()
}

/// How often intervals hold, and how many were asked.
#[derive(Default)]
struct Held {
    inside: usize,
    asked: usize,
}

impl Held {
    fn ask(&mut self, x: f64, q: &tierlight_core::draws::Quantiles) {
        // to the digits that are kept
        let slack = 1e-6 * x.abs();
        self.inside += usize::from(x >= f64::from(q.p05) - slack && x <= f64::from(q.p95) + slack);
        self.asked += 1;
    }

    fn share(&self) -> f64 {
        self.inside as f64 / self.asked as f64
    }
}

#[test]
fn intervals_hold_the_truth_of_simulated_worlds() {
    let packs = read_packs(&[]).unwrap();
    let p = &packs.parameters;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sialkot");
    let options = NetworkOptions::new("2026-11-23".parse().unwrap());
    let network = read_network(&folder, &packs, &options).unwrap().network;
    let districts = district_effects(p).unwrap();
    let (mut prevalence, mut expected, mut linked) =
        (Held::default(), Held::default(), [Held::default(), Held::default(), Held::default()]);
    // predicted and found presence, by tenth
    let mut tenths = [[0.0f64; 3]; 10];
    for number in 0..WORLDS {
        let mut world = World { random: Random::new(4711), number };
        let there = world.parameters(p);
        let effects = world.districts(p, &districts);
        let truth = world.network(&network, &there, &effects);
        let (truth, present) = world.evidence(&truth, &there, &effects);
        // what is known of that world: the questions open again, the evidence as it came out
        let mut parts = parts_of(&network);
        parts.evidence = truth.evidence().to_vec();
        parts.agent_links.clear();
        let seen = Network::new(parts).unwrap();
        let truth = assess(&truth, &there, &effects, 0);
        let estimate = assess(&seen, p, &districts, DRAWS);
        let u = estimate.uncertainty.as_ref().unwrap();
        for (row, site) in u.sites.iter().enumerate() {
            // after evidence, a prevalence is that of what is known, not of what is
            if !seen.evidence().iter().any(|e| e.site as usize == row) {
                prevalence.ask(truth.inherent[row].prevalence[0], &site.prevalence[0]);
            }
            expected.ask(truth.updated[row].expected[0], &site.expected[0]);
            let mean = f64::from(site.presence[0].mean);
            let tenth = &mut tenths[((10.0 * mean) as usize).min(9)];
            tenth[0] += 1.0;
            tenth[1] += mean;
            tenth[2] += f64::from(u8::from(present[row][0]));
        }
        for (row, q) in u.linked.iter().enumerate() {
            for h in HAZARDS.map(Hazard::index) {
                linked[h].ask(truth.exposure[row].linked(h), &q[h]);
            }
        }
    }
    println!(
        "{WORLDS} worlds, {} sites: 90 % intervals hold prevalence {:.3}, children {:.3}, linked share {:.3} {:.3} {:.3}",
        network.sites().len(),
        prevalence.share(),
        expected.share(),
        linked[0].share(),
        linked[1].share(),
        linked[2].share()
    );
    for (k, [n, predicted, found]) in tenths.iter().enumerate().filter(|(_, t)| t[0] > 0.0) {
        println!("presence {}0 % and up: {n} sites, predicted {:.3}, found {:.3}", k, predicted / n, found / n);
    }
    for held in [&prevalence, &expected, &linked[0], &linked[1], &linked[2]] {
        assert!((0.85..=0.95).contains(&held.share()), "{}", held.share());
    }
    let off: f64 =
        tenths.iter().map(|[_, predicted, found]| (predicted - found).abs()).sum::<f64>() / tenths.iter().map(|t| t[0]).sum::<f64>();
    assert!(off < 0.05, "presence is off by {off:.3} on average");
}
