//! (8.2), (8.3): ten months of plans, findings and learning against a known truth. What is found goes back into the network as evidence, so that
//! the next plan looks elsewhere; the share of sites where children work is learned from the random part alone.

use tierlight_core::decide::learn::{LearnOptions, Prediction, Visited, learn};
use tierlight_core::decide::plan::{Ask, Kind, Place, Stop, Team, TravelTimes, plan};
use tierlight_core::decide::visit::Approach;
use tierlight_core::model::{Coordinates, Finding, Hazard, Method, Role};
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::logit::logit;
use tierlight_core::{Assessment, Silent};

use crate::common::{Draft, KILN, PAK, Rng, assessed, item, parameters};

const WORLDS: u64 = 16;
const ROUNDS: u32 = 10;
/// Cells of one degree, and sites in each.
const CELLS: [usize; 2] = [3, 3];
const SITES: usize = 20;
/// The prevalence is off by this, and in each cell by as much again or less.
const MOVE: f64 = 0.7;

fn normal(rng: &mut Rng) -> f64 {
    tierlight_core::draws::random::normal(rng.unit().clamp(1e-9, 1.0 - 1e-9) - 0.5)
}

fn kilns(rng: &mut Rng) -> Draft {
    let mut draft = Draft::new();
    for cell in 0..CELLS[0] * CELLS[1] {
        let corner = [29.0 + (cell / CELLS[1]) as f64, 71.0 + (cell % CELLS[1]) as f64];
        for k in 0..SITES {
            let site = draft.site(&format!("c{cell:02}s{k:02}"), KILN);
            site.coordinates = Some(Coordinates { latitude: corner[0] + 0.9 * rng.unit(), longitude: corner[1] + 0.9 * rng.unit() });
            site.workers = Some(2.0 + rng.below(9) as f64);
            site.role = Role::Kiln;
        }
    }
    draft
}

fn team(row: u32, latitude: f64, longitude: f64) -> Team {
    let home = Place::new(Stop::Team(row), None, Coordinates { latitude, longitude }, true);
    Team { id: format!("T{row}"), home, country: Some(PAK), province: None, days: 20, daily_sites: 3 }
}

fn log_odds(p: f64) -> f64 {
    logit(p.clamp(1e-12, 1.0 - 1e-12))
}

fn prediction(a: &Assessment<'_>, row: usize) -> Prediction {
    let prior = &a.inherent[row];
    Prediction {
        prevalence: prior.prevalence[0],
        workers: prior.workers,
        evidence: log_odds(a.updated[row].presence[0]) - log_odds(prior.presence()[0]),
    }
}

/// True share of sites where children work, what is learned from the random part, and what chosen visits would say as if they were a sample.
fn world(number: u64, p: &Parameters, teams: &[Team]) -> [f64; 3] {
    let rng = &mut Rng(number);
    let mut draft = kilns(rng);
    let (c, travel) = (&p.coefficients, TravelTimes::default());
    let (se, phi) = (c.se_labour_inspection.mean, c.phi_audit.mean);
    let levels: Vec<f64> = (0..CELLS[0] * CELLS[1]).map(|_| MOVE * normal(rng)).collect();
    let mut present: Vec<bool> = Vec::new();
    let (mut random, mut chosen) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let network = draft.network();
        let a = assessed(&network, p);
        if present.is_empty() {
            let rho = c.rho_intra_site.mean;
            present = (0..network.sites().len()).map(|r| rng.chance(prediction(&a, r).presence(MOVE + levels[r / SITES], rho))).collect();
        }
        let ask = Ask {
            teams,
            month: 3,
            dates: &[],
            approach: Approach::plain(Method::LabourInspection),
            enter_homes: false,
            visit_closed: false,
            across_provinces: true,
            follow_ups: None,
            earlier: &[],
            travel: &travel,
            random_share: Some(0.4),
            district_minimum: 0,
            seed: number * u64::from(ROUNDS) + u64::from(round),
            time_limit: None,
        };
        let made = plan(&a, &ask, &Silent).unwrap();
        let speaks_for: u32 = made.design.strata.iter().flat_map(|s| &s.areas).filter(|s| s.probability > 0.0).map(|s| s.sites).sum();
        assert_eq!(speaks_for as usize, present.len(), "the random part speaks for every site");
        for trip in &made.trips {
            for visit in &trip.visits {
                let site = made.frame.candidates[visit.candidate as usize].site as usize;
                let found = rng.chance(if present[site] { se } else { se * phi });
                let finding = if found { Finding::Found } else { Finding::NotFound };
                draft.evidence(network.site_id(site), Method::LabourInspection, finding, Hazard::ChildLabour);
                let visited = Visited {
                    round,
                    district: trip.area,
                    inclusion: visit.inclusion,
                    item: item(0, site as u32, Method::LabourInspection, finding, Hazard::ChildLabour),
                    peak_season: false,
                    prediction: prediction(&a, site),
                };
                if visit.kind == Kind::Random { random.push(visited) } else { chosen.push(Visited { inclusion: Some(1.0), ..visited }) }
            }
        }
    }
    let options = LearnOptions { prior_sd: 10.0, draws: 50, seed: 1 };
    let truth = present.iter().filter(|x| **x).count() as f64 / present.len() as f64;
    [truth, learn(&random, &[], c, &options).unwrap().share.raw, learn(&chosen, &[], c, &options).unwrap().share.raw]
}

/// Bias from the random part of real plans within two standard errors; from chosen visits far beyond.
#[test]
fn ten_rounds_of_plans_teach_the_truth_through_their_random_part_only() {
    let p = parameters();
    let teams = [team(0, 30.5, 71.8), team(1, 30.5, 73.2)];
    let worlds: Vec<[f64; 3]> = (0..WORLDS).map(|w| world(w, &p, &teams)).collect();
    let summary = |k: usize| {
        let off: Vec<f64> = worlds.iter().map(|w| w[k] - w[0]).collect();
        let mean = off.iter().sum::<f64>() / off.len() as f64;
        let variance = off.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (off.len() - 1) as f64;
        (mean, (variance / off.len() as f64).sqrt())
    };
    let ((bias, error), (off, off_error)) = (summary(1), summary(2));
    let truth = worlds.iter().map(|w| w[0]).sum::<f64>() / worlds.len() as f64;
    println!(
        "{WORLDS} worlds, {ROUNDS} plans each: truth {truth:.4}; random part {bias:+.4} ± {error:.4}; chosen part {off:+.4} ± {off_error:.4}"
    );
    assert!(bias.abs() <= 2.0 * error, "bias {bias} ± {error}");
    assert!(off > 4.0 * off_error, "chosen visits would have to mislead: {off} ± {off_error}");
}
