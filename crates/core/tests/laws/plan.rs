//! Section 8: plans hold, against a checker of their own, brute force on small instances, and simulation of the random part.

use std::collections::HashMap;

use proptest::prelude::*;
use tierlight_core::decide::plan::{Ask, Earlier, Kind, Place, Plan, Stop, Team, TravelTimes, Unmet, Yardstick, check, plan};
use tierlight_core::decide::visit::Approach;
use tierlight_core::model::{Amount, Coordinates, Finding, Hazard, LinkKind, Method, Network, Probability, Role};
use tierlight_core::parameters::{Grade, Parameters, Provenance, Season, SeasonState};
use tierlight_core::{Assessment, Error, Silent};

use crate::common::{Draft, GARMENTS, KILN, PAK, Rng, assessed, parameters, with_threads};

/// Districts of the fixture lie so: about an hour, three hours and six hours from Lahore.
const CENTRES: [[f64; 2]; 3] = [[31.5, 74.3], [30.7, 73.1], [29.4, 71.7]];

fn placed_parameters() -> Parameters {
    let mut p = parameters();
    for (district, centre) in p.districts.iter_mut().zip(CENTRES) {
        district.centre = Some(centre);
    }
    p
}

fn team(row: u32, district: u16, days: u32, daily_sites: u32) -> Team {
    let [latitude, longitude] = CENTRES[usize::from(district)];
    Team {
        id: format!("T{row}"),
        home: Place::new(Stop::Team(row), Some(district), Coordinates { latitude, longitude }, true),
        country: Some(PAK),
        province: Some("Punjab".to_owned()),
        days,
        daily_sites,
    }
}

/// Kilns and workshops around the centres, some without coordinates, with homework and findings.
fn draft(seed: u64, sites: usize) -> Draft {
    let mut rng = Rng(seed);
    let mut draft = Draft::new();
    for k in 0..sites {
        let sector = if rng.chance(0.7) { KILN } else { GARMENTS };
        let district = rng.below(3);
        let site = draft.site(&format!("s{k:04}"), sector);
        site.district = Some(district as u16);
        if rng.chance(0.9) {
            let [latitude, longitude] = CENTRES[district];
            let at = Coordinates { latitude: latitude + 0.6 * (rng.unit() - 0.5), longitude: longitude + 0.6 * (rng.unit() - 0.5) };
            site.coordinates = Some(at);
        }
        site.workers = Some(1.0 + rng.below(90) as f64);
        site.role = if rng.chance(0.1) { Role::HomeCluster } else { Role::Kiln };
        if rng.chance(0.1) {
            site.measured_prevalence = Probability::new(0.3 * rng.unit());
        }
    }
    for _ in 0..sites / 4 {
        let (supplier, buyer) = (rng.below(sites) as u32, rng.below(sites) as u32);
        if supplier != buyer {
            draft.link_rows(supplier, buyer, Amount::Unstated).kind = LinkKind::Homework;
        }
    }
    for _ in 0..sites / 15 {
        let id = format!("s{:04}", rng.below(sites));
        draft.evidence(&id, Method::LabourInspection, Finding::Found, Hazard::Hazardous);
    }
    draft
}

fn ask<'a>(teams: &'a [Team], travel: &'a TravelTimes) -> Ask<'a> {
    Ask {
        teams,
        month: 6,
        dates: &[],
        approach: Approach::plain(Method::LabourInspection),
        enter_homes: false,
        visit_closed: false,
        across_provinces: false,
        follow_ups: None,
        earlier: &[],
        travel,
        random_share: None,
        district_minimum: 0,
        seed: 1,
        time_limit: None,
    }
}

fn made(a: &Assessment<'_>, ask: &Ask<'_>) -> Plan {
    let made = plan(a, ask, &Silent).unwrap();
    let wrong = check(a, ask, &made);
    assert!(wrong.is_empty(), "{wrong:?}");
    made
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn plans_hold_for_any_instance_and_never_exceed_the_bound(
        seed in 0u64..10_000,
        sites in 1usize..90,
        sizes in prop::collection::vec((0u16..3, 0u32..9, 1u32..5), 1..4),
        share in 0.0f64..0.6,
        minimum in 0u32..3,
        homes in any::<bool>(),
    ) {
        let p = placed_parameters();
        let network = draft(seed, sites).network();
        let a = assessed(&network, &p);
        let teams: Vec<Team> = sizes.iter().enumerate().map(|(k, &(d, days, daily))| team(k as u32, d, days, daily)).collect();
        let mut rng = Rng(seed ^ 7);
        let earlier: Vec<Earlier> =
            (0..sites / 5).map(|_| Earlier { site: rng.below(sites) as u32, team: Some(rng.below(teams.len()) as u32) }).collect();
        let travel = TravelTimes::default();
        let ask = Ask { random_share: Some(share), district_minimum: minimum, enter_homes: homes, earlier: &earlier, ..ask(&teams, &travel) };
        match plan(&a, &ask, &Silent) {
            Ok(made) => {
                let wrong = check(&a, &ask, &made);
                prop_assert!(wrong.is_empty(), "{wrong:?}");
                prop_assert!(made.quality.worth <= made.quality.bound * (1.0 + 1e-9));
                prop_assert!(made.quality.gap >= -1e-9);
            }
            Err(Error::NoPlan { .. }) => {}
            Err(other) => prop_assert!(false, "{other}"),
        }
    }
}

/// Every trip of a few sites from one home, by brute force: the most that any set of trips reaches.
struct Brute<'a> {
    worth: Vec<f64>,
    /// Days that each set of sites of one district takes, tried in all orders.
    days: HashMap<u32, u32>,
    known: HashMap<(u32, u32), f64>,
    p: &'a Parameters,
}

impl Brute<'_> {
    /// Fewest days of a trip to a set of sites: the clock is written anew here.
    fn trip_days(&self, made: &Plan, home: &Place, set: u32, daily: u32) -> u32 {
        let rows: Vec<usize> = (0..self.worth.len()).filter(|k| set & (1 << k) != 0).collect();
        let mut best = u32::MAX;
        permutations(&rows, &mut Vec::new(), &mut |order| {
            let s = &self.p.planning.scalars;
            let per_kilometre = s.road_factor.mean / s.road_speed.mean;
            let (mut day, mut hour, mut visits) = (1u32, s.trip_fixed_hours.mean, 0);
            let drive = |hours: f64, day: &mut u32, hour: &mut f64, visits: &mut u32| {
                let mut left = hours;
                while *hour + left > 8.0 + 1e-9 {
                    left -= 8.0 - *hour;
                    (*day, *hour, *visits) = (*day + 1, 0.0, 0);
                }
                *hour += left;
            };
            let mut from: Option<usize> = None;
            for &row in order {
                let to = &made.frame.candidates[row].place;
                let hours = match from {
                    None => home.kilometres(to) * per_kilometre,
                    Some(f) => (made.frame.candidates[f].place.kilometres(to) * per_kilometre).max(s.hop_hours.mean),
                };
                drive(hours, &mut day, &mut hour, &mut visits);
                if hour + 1.5 > 8.0 + 1e-9 || visits == daily {
                    (day, hour, visits) = (day + 1, 0.0, 0);
                }
                (hour, visits, from) = (hour + 1.5, visits + 1, Some(row));
            }
            let Some(last) = from else { return };
            drive(home.kilometres(&made.frame.candidates[last].place) * per_kilometre, &mut day, &mut hour, &mut visits);
            best = best.min(day);
        });
        best
    }

    fn most(&mut self, free: u32, left: u32) -> f64 {
        if let Some(known) = self.known.get(&(free, left)) {
            return *known;
        }
        let mut best = 0.0f64;
        let sets: Vec<(u32, u32)> = self.days.iter().map(|(s, d)| (*s, *d)).collect();
        for (set, days) in sets {
            if set & !free == 0 && days <= left {
                let worth: f64 = (0..self.worth.len()).filter(|k| set & (1 << k) != 0).map(|k| self.worth[k]).sum();
                best = best.max(worth + self.most(free & !set, left - days));
            }
        }
        self.known.insert((free, left), best);
        best
    }
}

fn permutations(left: &[usize], order: &mut Vec<usize>, each: &mut impl FnMut(&[usize])) {
    if left.is_empty() {
        each(order);
    }
    for k in 0..left.len() {
        let mut rest = left.to_vec();
        order.push(rest.remove(k));
        permutations(&rest, order, each);
        order.pop();
    }
}

#[test]
fn small_plans_are_as_good_as_brute_force() {
    let p = placed_parameters();
    let (mut equal, mut all) = (0, 0);
    for seed in 0..30 {
        let mut rng = Rng(seed);
        let mut draft = Draft::new();
        for k in 0..7 {
            let district = if k < 4 { 1 } else { 2 };
            let site = draft.site(&format!("s{k}"), KILN);
            site.district = Some(district);
            let [latitude, longitude] = CENTRES[usize::from(district)];
            let at = Coordinates { latitude: latitude + 0.8 * (rng.unit() - 0.5), longitude: longitude + 0.8 * (rng.unit() - 0.5) };
            site.coordinates = Some(at);
            site.workers = Some(5.0 + rng.below(90) as f64);
        }
        let network = draft.network();
        let a = assessed(&network, &p);
        let teams = [team(0, 0, 4, 2)];
        let travel = TravelTimes::default();
        let ask = Ask { random_share: Some(0.0), ..ask(&teams, &travel) };
        let made = made(&a, &ask);
        let worth = made.frame.candidates.iter().map(|c| c.worth).collect::<Vec<_>>();
        let mut brute = Brute { worth, days: HashMap::new(), known: HashMap::new(), p: &p };
        for set in 1u32..1 << 7 {
            let areas: std::collections::HashSet<u32> =
                (0..7).filter(|k| set & (1 << k) != 0).map(|k| made.frame.candidates[k].area).collect();
            if areas.len() == 1 && set.count_ones() <= 5 {
                let days = brute.trip_days(&made, &teams[0].home, set, 2);
                if days <= 5 {
                    brute.days.insert(set, days);
                }
            }
        }
        let best = brute.most((1 << 7) - 1, 4);
        assert!(made.quality.worth <= best * (1.0 + 1e-9), "seed {seed}: more than the best: {} {best}", made.quality.worth);
        assert!(made.quality.bound >= best * (1.0 - 1e-9), "seed {seed}: the bound {} is below the best {best}", made.quality.bound);
        assert!(made.quality.worth >= 0.9 * best, "seed {seed}: {} of {best}", made.quality.worth);
        equal += usize::from(made.quality.worth >= best * (1.0 - 1e-9));
        all += 1;
    }
    assert!(equal * 10 >= all * 8, "the best plan in only {equal} of {all}");
}

/// Draws of the random part.
const REPEATS: u64 = 1500;

#[test]
fn inclusion_probabilities_are_those_of_the_draw() {
    let p = placed_parameters();
    let network = draft(3, 60).network();
    let a = assessed(&network, &p);
    let teams = [team(0, 1, 20, 2)];
    let travel = TravelTimes::default();
    let mut drawn: HashMap<u32, (f64, u32)> = HashMap::new();
    let mut stated = HashMap::new();
    for seed in 0..REPEATS {
        // the random part does not depend on what is chosen after it: no days are left to choose for
        let ask = Ask { seed, ..ask(&teams, &travel) };
        let design = tierlight_core::decide::plan::random_part(&a, &ask);
        for stage in design.strata.iter().flat_map(|s| &s.areas) {
            for row in &stage.drawn {
                let entry = drawn.entry(*row).or_insert((stage.inclusion(), 0));
                assert!((entry.0 - stage.inclusion()).abs() < 1e-12, "a probability depends on the seed");
                entry.1 += 1;
            }
            stated.insert(stage.area, (stage.inclusion(), stage.sites));
        }
    }
    let expected: f64 = stated.values().map(|(inclusion, sites)| inclusion * f64::from(*sites)).sum();
    let found: u32 = drawn.values().map(|d| d.1).sum();
    assert!((f64::from(found) / REPEATS as f64 - expected).abs() < 0.05 * expected, "{found} draws, expected {expected} each time");
    for (row, (inclusion, count)) in drawn {
        let sd = (inclusion * (1.0 - inclusion) / REPEATS as f64).sqrt();
        let frequency = f64::from(count) / REPEATS as f64;
        assert!((frequency - inclusion).abs() < 4.5 * sd, "candidate {row}: {frequency} of the draws, stated {inclusion}");
    }
}

#[test]
fn the_same_inputs_give_the_same_plan_on_any_number_of_threads() {
    let p = placed_parameters();
    let network = draft(5, 80).network();
    let a = assessed(&network, &p);
    let teams = [team(0, 0, 8, 3), team(1, 2, 5, 2)];
    let travel = TravelTimes::default();
    let ask = ask(&teams, &travel);
    let [one, four] = [1, 4].map(|threads| with_threads(threads, || made(&a, &ask)));
    assert_eq!(one.trips, four.trips);
    assert_eq!((one.quality, one.comparison), (four.quality, four.comparison));
}

#[test]
fn a_plan_reaches_more_than_random_choice_and_open_findings_are_visited() {
    let p = placed_parameters();
    let network = draft(11, 120).network();
    let a = assessed(&network, &p);
    let teams = [team(0, 0, 10, 3), team(1, 1, 10, 3)];
    let travel = TravelTimes::default();
    let made = made(&a, &ask(&teams, &travel));
    let of = |yardstick| made.comparison.iter().find(|c| c.of == yardstick).copied().unwrap();
    let (chosen, trips, sites) = (of(Yardstick::Chosen), of(Yardstick::RandomTrips), of(Yardstick::RandomSites));
    assert!(chosen.a_day(chosen.worth) > 1.3 * trips.a_day(trips.worth), "{chosen:?} {trips:?}");
    // sites that nobody put together cost more driving than districts that were drawn
    assert!(sites.days <= 20.0 && sites.visits > 10.0 && sites.visits < trips.visits, "{sites:?} {trips:?}");
    assert!(chosen.a_day(chosen.worth) > 1.3 * sites.a_day(sites.worth), "{chosen:?} {sites:?}");
    let visited: Vec<u32> = made.trips.iter().flat_map(|t| &t.visits).map(|v| v.candidate).collect();
    for (row, candidate) in made.frame.candidates.iter().enumerate().filter(|(_, c)| c.follow_up) {
        assert!(visited.contains(&(row as u32)) || made.unmet.contains(&Unmet::FollowUp(row as u32)), "{candidate:?}");
    }
    assert!(made.trips.iter().flat_map(|t| &t.visits).any(|v| v.kind == Kind::FollowUp));
}

#[test]
fn a_team_does_not_return_and_stated_times_are_kept_to() {
    let p = placed_parameters();
    let network = draft(4, 40).network();
    let a = assessed(&network, &p);
    let teams = [team(0, 0, 6, 3)];
    let mut travel = TravelTimes::default();
    let free = made(&a, &Ask { random_share: Some(0.0), follow_ups: Some(&[]), ..ask(&teams, &travel) });
    let earlier: Vec<Earlier> = free
        .trips
        .iter()
        .flat_map(|t| &t.visits)
        .map(|v| Earlier { site: free.frame.candidates[v.candidate as usize].site, team: Some(0) })
        .collect();
    let next = made(&a, &Ask { random_share: Some(0.0), follow_ups: Some(&[]), earlier: &earlier, ..ask(&teams, &travel) });
    for visit in next.trips.iter().flat_map(|t| &t.visits) {
        let site = next.frame.candidates[visit.candidate as usize].site;
        assert!(earlier.iter().all(|e| e.site != site), "the team is back at a site it was at");
    }
    // a road that is closed for days: nobody goes there
    travel.set(Stop::Team(0), Stop::District(0), 200.0);
    let closed = made(&a, &Ask { random_share: Some(0.0), follow_ups: Some(&[]), ..ask(&teams, &travel) });
    assert!(closed.trips.iter().all(|t| closed.frame.areas[t.area as usize].district != Some(0)));
    assert!(free.trips.iter().any(|t| free.frame.areas[t.area as usize].district == Some(0)));
}

#[test]
fn what_cannot_be_planned_is_said() {
    let mut p = placed_parameters();
    let network = draft(1, 10).network();
    let travel = TravelTimes::default();
    let told = |p: &Parameters, network: &Network, teams: &[Team]| {
        let a = assessed(network, p);
        plan(&a, &ask(teams, &travel), &Silent).map(|_| ()).unwrap_err().to_string()
    };
    assert!(told(&p, &network, &[]).contains("no team"));
    assert!(told(&p, &network, &[team(0, 0, 0, 3)]).contains("no team has a day"));
    let empty = Draft::new().network();
    assert!(told(&p, &empty, &[team(0, 0, 5, 3)]).contains("no site may be visited"));
    let elsewhere = Team { province: Some("Sindh".to_owned()), ..team(0, 0, 5, 3) };
    assert!(told(&p, &network, &[elsewhere]).contains("no site may be visited"));
    let provenance = Provenance { grade: Grade::E, source: "fixture".to_owned(), pack: "fixture".to_owned(), row: 2 };
    let season = |sector| Season {
        sector: Some(sector),
        country: PAK,
        province: String::new(),
        from: 5,
        to: 7,
        state: SeasonState::Closed,
        note: String::new(),
        provenance: provenance.clone(),
    };
    p.planning.seasons = vec![season(KILN), season(GARMENTS)];
    assert!(told(&p, &network, &[team(0, 0, 5, 3)]).contains("no site may be visited"));
    // school holidays shut no site, and are known of each
    p.planning.seasons = vec![Season { sector: None, state: SeasonState::SchoolHolidays, ..season(KILN) }];
    let a = assessed(&network, &p);
    let teams = [team(0, 0, 3, 3)];
    assert!(made(&a, &ask(&teams, &travel)).frame.candidates.iter().all(|c| c.school_holidays && !c.slack));
    // one site, without coordinates, in a district of its own
    let mut one = Draft::new();
    one.site("only", KILN).district = Some(1);
    let network = one.network();
    p.planning.seasons.clear();
    let a = assessed(&network, &p);
    let teams = [team(0, 0, 3, 3)];
    let made = made(&a, &ask(&teams, &travel));
    assert_eq!(made.trips.iter().map(|t| t.visits.len()).sum::<usize>(), 1);
}
