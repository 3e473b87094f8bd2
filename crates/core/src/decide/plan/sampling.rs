//! The random part of a plan: equation (8.3). Districts by systematic sampling with probability proportional to size, then sites by
//! simple random sampling, with sizes that fit however the draw falls.

use super::Setting;
use super::frame::works_in;
use crate::draws::random::{Random, key, uniform};

/// A design that says of every site how likely it was to be drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Design {
    /// One for each place that teams start from.
    pub strata: Vec<Stratum>,
}

/// Districts that are nearest to one home, and what is drawn from them.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratum {
    /// Teams that start there.
    pub teams: Vec<u32>,
    /// Districts drawn: m.
    pub draws: u32,
    /// Sites drawn in each: n.
    pub per_district: u32,
    /// Districts in order of their ids.
    pub areas: Vec<Stage>,
}

/// A district in a design.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Row of the area.
    pub area: u32,
    /// Sites: N_d.
    pub sites: u32,
    /// π_d: probability that the district is drawn; 0 where it is too far for the days of the teams, and so outside what the random
    /// part speaks for.
    pub probability: f64,
    /// Sites drawn if it is: min(n, N_d).
    pub n: u32,
    /// It was drawn, for the team of this row.
    pub team: Option<u32>,
    /// Candidates drawn.
    pub drawn: Vec<u32>,
}

impl Stage {
    /// π_i = π_d·n/N_d: probability of each of its sites to be in the random part.
    #[must_use]
    pub fn inclusion(&self) -> f64 {
        self.probability * f64::from(self.n) / f64::from(self.sites.max(1))
    }
}

/// Hours and days of random trips to an area by a team.
struct Reach<'s, 'a> {
    setting: &'s Setting<'a>,
    team: u32,
}

impl Reach<'_, '_> {
    fn days(&self, hours: f64, visits: u32, day: f64) -> f64 {
        let daily = self.setting.teams[self.team as usize].daily_sites.max(1);
        (hours / day).ceil().max(f64::from(visits.div_ceil(daily)))
    }

    /// Days that a trip to `visits` random sites usually takes.
    fn usual(&self, area: u32, visits: u32) -> f64 {
        let (s, area) = (self.setting, &self.setting.frame.areas[area as usize]);
        let out = s.roads.hours(&s.teams[self.team as usize].home, &area.middle);
        let hop = s.roads.hours_of(area.spread).max(s.roads.least());
        let hours = s.hours.fixed + 2.0 * out + f64::from(visits) * s.hours.visit + f64::from(visits.saturating_sub(1)) * hop;
        self.days(hours, visits, s.hours.day)
    }

    /// Days that are enough for `visits` sites of an area wherever they are.
    fn enough(&self, area: u32, visits: u32) -> f64 {
        let s = self.setting;
        let area = &s.frame.areas[area as usize];
        let home = &s.teams[self.team as usize].home;
        let candidates = s.frame.candidates[area.candidates.clone()].iter();
        let out = candidates.map(|c| s.roads.hours(home, &c.place).max(s.roads.hours(&c.place, home))).fold(0.0, f64::max);
        let hop = s.roads.most(area.across);
        let hours = s.hours.fixed + 2.0 * out + f64::from(visits) * s.hours.visit + f64::from(visits.saturating_sub(1)) * hop;
        // a visit that no longer fits waits for the next day: less than a visit is lost on each, and days full of visits end early
        let daily = s.teams[self.team as usize].daily_sites.max(1);
        (hours / (s.hours.day - s.hours.visit)).ceil() + f64::from(visits / daily)
    }
}

/// Draws the random part on `share` of the days. Cost: linear in sites, teams times areas.
pub(crate) fn draw(s: &Setting<'_>, share: f64, seed: u64) -> Design {
    let mut homes: Vec<Vec<u32>> = Vec::new();
    for row in 0..s.teams.len() as u32 {
        let team = &s.teams[row as usize];
        if team.days == 0 || team.daily_sites == 0 {
            continue;
        }
        let same = homes.iter_mut().find(|h| {
            let other = &s.teams[h[0] as usize];
            other.home.at == team.home.at && other.province == team.province && other.country == team.country
        });
        match same {
            Some(teams) => teams.push(row),
            None => homes.push(vec![row]),
        }
    }
    let mut areas: Vec<Vec<u32>> = vec![Vec::new(); homes.len()];
    for (row, area) in s.frame.areas.iter().enumerate() {
        let mut nearest: Option<(f64, usize)> = None;
        for (k, teams) in homes.iter().enumerate() {
            let team = &s.teams[teams[0] as usize];
            if works_in(team, area.country, &area.province, s.across_provinces) {
                let hours = s.roads.hours(&team.home, &area.middle);
                if nearest.is_none_or(|n| hours < n.0) {
                    nearest = Some((hours, k));
                }
            }
        }
        if let Some((_, k)) = nearest {
            areas[k].push(row as u32);
        }
    }
    let strata = homes.into_iter().zip(areas).filter(|(_, areas)| !areas.is_empty());
    Design { strata: strata.filter_map(|(teams, areas)| stratum(s, teams, &areas, share, seed)).collect() }
}

fn stratum(s: &Setting<'_>, teams: Vec<u32>, areas: &[u32], share: f64, seed: u64) -> Option<Stratum> {
    let mut parts: Vec<(u32, u32)> = Vec::new();
    for &team in &teams {
        parts.push(sizes(&Reach { setting: s, team }, areas, share)?);
    }
    let per_district = parts.iter().map(|p| p.1).min()?;
    let enough = |area: u32| teams.iter().map(|&team| Reach { setting: s, team }.enough(area, per_district)).fold(0.0, f64::max);
    // days that are enough in each area, farthest first: those that no fall of the draw may reach are outside
    let most = |team: u32| s.teams[team as usize].days;
    let mut inside: Vec<(f64, u32)> = areas.iter().map(|&area| (enough(area), area)).collect();
    inside.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
    let fits = |inside: &[(f64, u32)]| {
        teams.iter().zip(&parts).all(|(&team, part)| {
            let worst: f64 = inside.iter().take(part.0 as usize).map(|x| x.0).sum();
            worst <= f64::from(most(team))
        })
    };
    let outside = (0..inside.len()).find(|&k| fits(&inside[k..])).unwrap_or(inside.len());
    let sites = |area: u32| s.frame.areas[area as usize].candidates.len() as u32;
    let mut stages: Vec<Stage> = areas
        .iter()
        .map(|&area| Stage { area, sites: sites(area), probability: 0.0, n: per_district.min(sites(area)), team: None, drawn: Vec::new() })
        .collect();
    let mut open: Vec<usize> = (0..stages.len()).filter(|&k| inside[outside..].iter().any(|x| x.1 == stages[k].area)).collect();
    let draws = parts.iter().map(|p| p.0).sum::<u32>().min(open.len() as u32);
    let mut left = draws;
    let mut certain: Vec<usize> = Vec::new();
    // a district as large as the step is drawn for certain
    loop {
        let total: f64 = open.iter().map(|&k| f64::from(stages[k].sites)).sum();
        let (sure, rest): (Vec<usize>, Vec<usize>) =
            open.iter().partition(|&&k| left > 0 && f64::from(left) * f64::from(stages[k].sites) >= total);
        if sure.is_empty() || left == 0 {
            break;
        }
        left -= sure.len().min(left as usize) as u32;
        certain.extend(sure);
        open = rest;
    }
    let random = Random::new(seed);
    let mut drawn = certain.clone();
    for &k in &certain {
        stages[k].probability = 1.0;
    }
    let total: f64 = open.iter().map(|&k| f64::from(stages[k].sites)).sum();
    if left > 0 && total > 0.0 {
        let step = total / f64::from(left);
        let start = step * uniform(random.numbers(key("plan-start", &s.teams[teams[0] as usize].id), 0).quad(0)[0][0]);
        let (mut sum, mut next) = (0.0, start);
        for &k in &open {
            let sites = f64::from(stages[k].sites);
            stages[k].probability = f64::from(left) * sites / total;
            sum += sites;
            if next < sum {
                drawn.push(k);
                next += step;
            }
        }
    }
    drawn.sort_unstable();
    // whose turn it is: teams take the drawn districts in order, each as many as its days hold
    let mut turns = teams.iter().zip(&parts).flat_map(|(&team, part)| std::iter::repeat_n(team, part.0 as usize));
    for k in drawn {
        stages[k].team = turns.next();
        stages[k].drawn = sites_of(s, &stages[k], random);
    }
    Some(Stratum { teams, draws, per_district, areas: stages })
}

/// How many districts a team draws, and how many sites in each, so that the trips usually take `share` of its days.
fn sizes(reach: &Reach<'_, '_>, areas: &[u32], share: f64) -> Option<(u32, u32)> {
    let s = reach.setting;
    let team = &s.teams[reach.team as usize];
    let days = share * f64::from(team.days);
    if days <= 0.0 {
        return None;
    }
    let all: f64 = areas.iter().map(|&a| s.frame.areas[a as usize].candidates.len() as f64).sum();
    let mean =
        |visits: u32| areas.iter().map(|&a| s.frame.areas[a as usize].candidates.len() as f64 / all * reach.usual(a, visits)).sum::<f64>();
    let mut visits = team.daily_sites;
    while visits > 1 && mean(visits) > days {
        visits -= 1;
    }
    let draws = ((days / mean(visits)).floor() as u32).clamp(1, areas.len() as u32);
    // a limit far above any team's days
    while visits < team.daily_sites * team.days && f64::from(draws) * mean(visits + 1) <= days {
        visits += 1;
    }
    Some((draws, visits))
}

/// Sites of a drawn district: the n smallest random numbers, each by the site's own row.
fn sites_of(s: &Setting<'_>, stage: &Stage, random: Random) -> Vec<u32> {
    let area = &s.frame.areas[stage.area as usize];
    let mut ranked: Vec<([u32; 2], u32)> = area
        .candidates
        .clone()
        .map(|row| {
            let quad = random.numbers(key("plan-site", &s.frame.candidates[row].site.to_string()), 0).quad(0);
            ([quad[0][0], quad[1][0]], row as u32)
        })
        .collect();
    ranked.sort_unstable();
    ranked.truncate(stage.n as usize);
    ranked.into_iter().map(|(_, row)| row).collect()
}
