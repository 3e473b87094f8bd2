//! (8.3): what is learned from random visits is true of all sites, and what targeted visits say is not.

use std::sync::OnceLock;

use tierlight_core::decide::learn::{LearnOptions, Learned, Prediction, Visited, learn};
use tierlight_core::model::{Finding, Hazard, Method};
use tierlight_core::parameters::Coefficients;
use tierlight_core::risk::logit::{expit, logit};

use crate::common::{Rng, coefficients, item};

/// Districts, rounds, districts and sites drawn in a round.
const DISTRICTS: usize = 40;
const ROUNDS: usize = 10;
const DRAWN: usize = 12;
const SITES: usize = 6;
/// True move of the intercept.
const TRUTH: f64 = 0.7;
/// Worlds.
const WORLDS: usize = 200;

/// Nothing known before, and something.
const WIDE: LearnOptions = LearnOptions { prior_sd: 10.0, draws: 50, seed: 1 };
const NARROW: LearnOptions = LearnOptions { prior_sd: 1.0, ..WIDE };

struct Site {
    district: usize,
    prediction: Prediction,
    present: bool,
}

/// Standard normal number.
fn normal(rng: &mut Rng) -> f64 {
    tierlight_core::draws::random::normal(rng.unit().clamp(1e-9, 1.0 - 1e-9) - 0.5)
}

/// Sites of a world in which children are likelier than expected by [`TRUTH`], by district and by site more or less so.
fn sites(rng: &mut Rng, rho: f64) -> Vec<Site> {
    let mut out = Vec::new();
    for district in 0..DISTRICTS {
        let level = 0.4 * normal(rng);
        let here = 20 + rng.below(60);
        for _ in 0..here {
            let prevalence = expit(logit(0.02) + 0.8 * normal(rng));
            let prediction = Prediction { prevalence, workers: 10.0 + rng.below(40) as f64, evidence: 0.0 };
            let present = rng.chance(prediction.presence(TRUTH + level, rho));
            out.push(Site { district, prediction, present });
        }
    }
    out
}

fn visit(rng: &mut Rng, site: &Site, round: usize, inclusion: Option<f64>, c: &Coefficients) -> Visited {
    let se = c.se_labour_inspection.mean;
    let found = rng.chance(if site.present { se } else { se * c.phi_audit.mean });
    let finding = if found { Finding::Found } else { Finding::NotFound };
    Visited {
        round: round as u32,
        district: site.district as u32,
        inclusion,
        item: item(0, 0, Method::LabourInspection, finding, Hazard::ChildLabour),
        peak_season: false,
        prediction: site.prediction,
    }
}

/// Visits of all rounds: districts by systematic sampling proportional to size, then a simple random sample of sites; and as many sites
/// that look worst.
fn rounds(rng: &mut Rng, sites: &[Site], c: &Coefficients) -> (Vec<Visited>, Vec<Visited>) {
    let rho = c.rho_intra_site.mean;
    let by_district: Vec<Vec<usize>> = (0..DISTRICTS).map(|d| (0..sites.len()).filter(|&s| sites[s].district == d).collect()).collect();
    let mut worst: Vec<usize> = (0..sites.len()).collect();
    worst.sort_by(|&a, &b| sites[b].prediction.presence(0.0, rho).total_cmp(&sites[a].prediction.presence(0.0, rho)));
    let (mut random, mut targeted) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let step = sites.len() as f64 / DRAWN as f64;
        let mut at = rng.unit() * step;
        let mut sum = 0.0;
        for of in &by_district {
            let size = of.len() as f64;
            let pi_district = size / step;
            if sum <= at && at < sum + size {
                let mut left = of.clone();
                for _ in 0..SITES {
                    let site = left.swap_remove(rng.below(left.len()));
                    random.push(visit(rng, &sites[site], round, Some(pi_district * SITES as f64 / size), c));
                }
                at += step;
            }
            sum += size;
        }
        targeted.extend(worst.iter().skip(round * DRAWN * SITES).take(DRAWN * SITES).map(|&s| visit(rng, &sites[s], round, None, c)));
    }
    (random, targeted)
}

struct Outcomes {
    truth: Vec<f64>,
    learned: Vec<Learned>,
    targeted: Vec<f64>,
}

fn outcomes() -> &'static Outcomes {
    static ALL: OnceLock<Outcomes> = OnceLock::new();
    ALL.get_or_init(|| {
        let c = coefficients();
        let mut out = Outcomes { truth: Vec::new(), learned: Vec::new(), targeted: Vec::new() };
        for number in 0..WORLDS {
            let rng = &mut Rng(number as u64);
            let sites = sites(rng, c.rho_intra_site.mean);
            let (random, targeted) = rounds(rng, &sites, &c);
            out.truth.push(sites.iter().filter(|s| s.present).count() as f64 / sites.len() as f64);
            let all: Vec<Visited> = random.into_iter().chain(targeted.iter().cloned()).collect();
            out.learned.push(learn(&all, &[], &c, &WIDE).unwrap());
            // the same arithmetic on visits that were chosen, as if they had been drawn
            let as_if: Vec<Visited> = targeted.into_iter().map(|v| Visited { inclusion: Some(1.0), ..v }).collect();
            out.targeted.push(learn(&as_if, &[], &c, &WIDE).unwrap().share.raw);
        }
        out
    })
}

fn mean_and_error(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// (8.3): bias within two standard errors from random visits; from targeted visits far beyond.
#[test]
fn random_visits_tell_of_all_sites_and_targeted_ones_do_not() {
    let o = outcomes();
    let (bias, error) = mean_and_error(o.learned.iter().zip(&o.truth).map(|(l, t)| l.share.raw - t));
    let (off, off_error) = mean_and_error(o.targeted.iter().zip(&o.truth).map(|(x, t)| x - t));
    let truth = o.truth.iter().sum::<f64>() / o.truth.len() as f64;
    println!("truth {truth:.4}; random share: bias {bias:+.4} ± {error:.4}; targeted visits: bias {off:+.4} ± {off_error:.4}");
    assert!(bias.abs() <= 2.0 * error, "bias {bias} ± {error}");
    assert!(off > 10.0 * off_error && off > 0.1, "targeted visits would have to mislead: {off} ± {off_error}");
}

/// (8.3): the spread between districts is what the estimate really varies by, so that intervals hold.
#[test]
fn the_standard_deviation_of_the_found_rate_is_what_it_varies_by() {
    let o = outcomes();
    let c = coefficients();
    let (se, phi) = (c.se_labour_inspection.mean, c.phi_audit.mean);
    let expected: Vec<f64> = o.truth.iter().map(|p| se * p + phi * se * (1.0 - p)).collect();
    let z: Vec<f64> = o.learned.iter().zip(&expected).map(|(l, f)| (l.share.found_rate - f) / l.share.found_rate_sd).collect();
    let within = z.iter().filter(|z| z.abs() < 1.645).count() as f64 / z.len() as f64;
    println!("found rate within 1.645 standard deviations in {:.1} % of {WORLDS} worlds", 100.0 * within);
    assert!((0.82..=0.97).contains(&within), "{within}");
}

/// (8.3): the intercept that is learned is the one the worlds were made with.
#[test]
fn the_intercept_is_found_again() {
    let o = outcomes();
    let (mean, error) = mean_and_error(o.learned.iter().map(|l| l.intercept.found));
    println!("intercept {mean:+.3} ± {error:.3}, made with {TRUTH:+.3}");
    // districts move the mean presence a little: the move that gives the same mean is not quite the mean of the moves
    assert!((mean - TRUTH).abs() < 0.08, "{mean} ± {error}");
    assert!(o.learned.iter().all(|l| l.intercept.moved.abs() <= l.intercept.found.abs() + 1e-12));
}

/// Targeted visits alone teach nothing, and the reason is told.
#[test]
fn targeted_visits_alone_are_refused() {
    let c = coefficients();
    let rng = &mut Rng(1);
    let sites = sites(rng, c.rho_intra_site.mean);
    let (random, targeted) = rounds(rng, &sites, &c);
    let why = |visits: &[Visited]| learn(visits, &[], &c, &NARROW).unwrap_err().to_string();
    assert!(why(&targeted).contains("because they were targeted"), "{}", why(&targeted));
    assert!(why(&[]).contains("no visits"));
    let one: Vec<Visited> = random.iter().filter(|v| v.round == 0 && v.district == random[0].district).cloned().collect();
    assert!(why(&one).contains("one district"));
    let bad: Vec<Visited> = random.iter().map(|v| Visited { inclusion: Some(0.0), ..v.clone() }).collect();
    assert!(why(&bad).contains("inclusion probability"));
}

/// The order of visits changes nothing but the order of sums.
#[test]
fn the_order_of_visits_changes_nothing() {
    let c = coefficients();
    let rng = &mut Rng(3);
    let sites = sites(rng, c.rho_intra_site.mean);
    let (random, _) = rounds(rng, &sites, &c);
    let turned: Vec<Visited> = random.iter().rev().cloned().collect();
    let (a, b) = (learn(&random, &[], &c, &NARROW).unwrap(), learn(&turned, &[], &c, &NARROW).unwrap());
    assert!((a.share.presence - b.share.presence).abs() < 1e-12 && (a.intercept.moved - b.intercept.moved).abs() < 1e-9);
}
