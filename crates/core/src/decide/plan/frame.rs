//! Which sites may be visited, by which teams, and what a visit is worth: equation (8.1).

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::Ask;
use super::place::{Place, Stop};
use super::team::Team;
use crate::assess::Assessment;
use crate::decide::priority::RecordedClass;
use crate::decide::visit::{Approach, approach_sensitivity};
use crate::model::{Condition, Coordinates, Finding, HAZARDS, LinkKind, Method, PerHazard, PerSex, Role};
use crate::parameters::SeasonState;

/// Why a site is in no plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LeftOut {
    /// Neither district nor coordinates are known.
    Unplaced,
    /// Homes, which the method may not enter.
    Home,
    /// Shut in the month of the plan.
    Closed,
    /// No team works in its province.
    NoTeam,
}

impl LeftOut {
    /// All reasons.
    pub const ALL: [Self; 4] = [Self::Unplaced, Self::Home, Self::Closed, Self::NoTeam];

    /// Name in tables.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Unplaced => "unplaced",
            Self::Home => "home",
            Self::Closed => "closed_season",
            Self::NoTeam => "no_team",
        }
    }

    /// Words for people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Unplaced => "neither district nor coordinates are known",
            Self::Home => "homes: an inspector may not enter them",
            Self::Closed => "shut in this month",
            Self::NoTeam => "no team works in the province",
        }
    }
}

/// Where trips go: a district, or a cell of one degree where the packs have no districts.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Id of the district, or of the cell.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Row of the district.
    pub district: Option<u16>,
    /// Province; empty for a cell.
    pub province: String,
    /// Row of the country.
    pub country: u16,
    /// Rows of its candidates among [`Frame::candidates`].
    pub candidates: std::ops::Range<usize>,
    /// Kilometres across, corner to corner of a box around its candidates.
    pub across: f64,
    /// Root mean square distance of its candidates from their middle, kilometres.
    pub spread: f64,
    /// Middle of its candidates.
    pub middle: Place,
}

/// A site that may be visited.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Row of the site.
    pub site: u32,
    /// Row of its area.
    pub area: u32,
    /// Where it is.
    pub place: Place,
    /// Method of the visit.
    pub method: Method,
    /// Se of the visit, with its modifiers.
    pub sensitivity: f64,
    /// (8.1): Se times children expected there, each by the severity weight of the worst hazard it is in.
    pub worth: f64,
    /// Children that the visit is expected to reach, by hazard, girls and boys: Se·E1.
    pub reached: PerHazard<PerSex<f64>>,
    /// Team that was there last, and does not return.
    pub barred: Option<u32>,
    /// Must be visited: a finding on record that is not remediated, or the user's list.
    pub follow_up: bool,
    /// Worst hazard on record.
    pub class: RecordedClass,
    /// Fewer work there in this month than usual.
    pub slack: bool,
    /// Schools of its province are shut in this month.
    pub school_holidays: bool,
    /// Sites that take in work from it, by rows of candidates of its area, the worthiest first.
    pub homework: Vec<u32>,
}

/// Everything that may be visited.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// Areas with candidates, in order of their ids.
    pub areas: Vec<Area>,
    /// Candidates, by area, the worthiest first.
    pub candidates: Vec<Candidate>,
    /// Sites left out, by reason.
    pub left_out: BTreeMap<LeftOut, usize>,
    /// Follow-ups that are left out: site and why.
    pub lost_follow_ups: Vec<(u32, LeftOut)>,
}

/// Sites with a finding on record that is not remediated.
#[must_use]
pub fn open_findings(a: &Assessment<'_>) -> Vec<u32> {
    let open = a.network.evidence().iter().filter(|e| e.finding == Finding::Found && e.remediated_on.is_none());
    let mut sites: Vec<u32> = open.map(|e| e.site).collect();
    sites.dedup();
    sites
}

/// True when a team may work in a place.
#[must_use]
pub fn works_in(team: &Team, country: u16, province: &str, across_provinces: bool) -> bool {
    let own = team.country.is_none_or(|c| c == country);
    own && (across_provinces || team.province.as_deref().is_none_or(|p| p == province))
}

/// A site before it is sorted into its area.
struct Placed {
    key: String,
    candidate: Candidate,
}

impl Frame {
    /// Looks at every site. Cost: `O(n log n)`.
    #[must_use]
    pub fn new(a: &Assessment<'_>, ask: &Ask<'_>) -> Self {
        let mut must = vec![false; a.network.sites().len()];
        match ask.follow_ups {
            Some(sites) => sites.iter().for_each(|&s| must[s as usize] = true),
            None => open_findings(a).iter().for_each(|&s| must[s as usize] = true),
        }
        let barred: HashMap<u32, u32> = ask.earlier.iter().filter_map(|e| Some((e.site, e.team?))).collect();
        let looked: Vec<Result<Placed, LeftOut>> = (0..a.network.sites().len())
            .into_par_iter()
            .map(|site| place_of(a, ask, site, must[site], barred.get(&(site as u32)).copied()))
            .collect();
        let mut placed = Vec::new();
        let (mut left_out, mut lost_follow_ups) = (BTreeMap::new(), Vec::new());
        for (site, found) in looked.into_iter().enumerate() {
            match found {
                Ok(one) => placed.push(one),
                Err(reason) => {
                    *left_out.entry(reason).or_insert(0) += 1;
                    if must[site] {
                        lost_follow_ups.push((site as u32, reason));
                    }
                }
            }
        }
        placed.par_sort_by(|x, y| {
            let (a, b) = (&x.candidate, &y.candidate);
            x.key.cmp(&y.key).then(b.worth.total_cmp(&a.worth)).then(a.site.cmp(&b.site))
        });
        let mut out = Self { areas: Vec::new(), candidates: Vec::new(), left_out, lost_follow_ups };
        for same in placed.chunk_by(|x, y| x.key == y.key) {
            let start = out.candidates.len();
            let row = out.areas.len() as u32;
            out.candidates.extend(same.iter().map(|p| Candidate { area: row, ..p.candidate.clone() }));
            out.areas.push(area(a, &same[0].key, &out.candidates, start..start + same.len()));
        }
        out.link_homework(a);
        out
    }

    /// Row of a site's candidate.
    #[must_use]
    pub fn rows_of_sites(&self) -> HashMap<u32, u32> {
        self.candidates.iter().enumerate().map(|(row, c)| (c.site, row as u32)).collect()
    }

    /// The frame with only some of its candidates, for another choice from the same budget.
    #[must_use]
    pub fn only(&self, a: &Assessment<'_>, keep: impl Fn(&Candidate) -> bool) -> Self {
        let mut out = Self { areas: Vec::new(), candidates: Vec::new(), left_out: BTreeMap::new(), lost_follow_ups: Vec::new() };
        for old in &self.areas {
            let start = out.candidates.len();
            let row = out.areas.len() as u32;
            let kept = self.candidates[old.candidates.clone()].iter().filter(|c| keep(c));
            out.candidates.extend(kept.map(|c| Candidate { area: row, homework: Vec::new(), follow_up: false, ..c.clone() }));
            if out.candidates.len() > start {
                let range = start..out.candidates.len();
                out.areas.push(area(a, &old.id, &out.candidates, range));
            }
        }
        out
    }

    /// Who takes in work from whom, inside an area.
    fn link_homework(&mut self, a: &Assessment<'_>) {
        let rows = self.rows_of_sites();
        for link in a.network.links().iter().filter(|l| matches!(l.kind, LinkKind::Homework | LinkKind::Subcontract)) {
            let Some((&buyer, &supplier)) = rows.get(&link.buyer).zip(rows.get(&link.supplier)) else { continue };
            if buyer != supplier && self.candidates[buyer as usize].area == self.candidates[supplier as usize].area {
                self.candidates[buyer as usize].homework.push(supplier);
            }
        }
        for candidate in &mut self.candidates {
            // rows are in order of worth within an area
            candidate.homework.sort_unstable();
            candidate.homework.dedup();
        }
    }
}

fn place_of(a: &Assessment<'_>, ask: &Ask<'_>, row: usize, follow_up: bool, barred: Option<u32>) -> Result<Placed, LeftOut> {
    let (site, p) = (&a.network.sites()[row], a.parameters);
    let district = site.district.map(|d| (d, &p.districts[usize::from(d)]));
    let centre = district.and_then(|(_, d)| d.centre).map(|[latitude, longitude]| Coordinates { latitude, longitude });
    let at = site.coordinates.or(centre).ok_or(LeftOut::Unplaced)?;
    let homes = site.role == Role::HomeCluster || site.conditions.get(Condition::HomeBased) == Some(true);
    if homes && !ask.enter_homes {
        return Err(LeftOut::Home);
    }
    let province = district.map_or("", |(_, d)| d.province.as_str());
    let here = p.planning.seasons.iter().filter(|s| {
        s.sector.is_none_or(|k| k == site.sector)
            && s.country == site.country
            && (s.province.is_empty() || s.province == province)
            && s.holds(ask.month)
    });
    let season = |state| here.clone().any(|s| s.state == state);
    if season(SeasonState::Closed) && !ask.visit_closed {
        return Err(LeftOut::Closed);
    }
    if !ask.teams.iter().any(|t| works_in(t, site.country, province, ask.across_provinces)) {
        return Err(LeftOut::NoTeam);
    }
    let method = if homes { Method::HomeVisit } else { ask.approach.method };
    let sensitivity = approach_sensitivity(a, row, Approach { method, ..ask.approach }, ask.month).unwrap_or(0.0);
    let updated = &a.updated[row];
    let girls = updated.girls_share;
    let reached = HAZARDS.map(|h| {
        let children = sensitivity * updated.expected[h.index()];
        [children * girls, children * (1.0 - girls)]
    });
    // a cell's id sorts as its place does not; it only has to be the same each time
    let key = district.map_or_else(|| cell(at), |(_, d)| d.id.clone());
    let candidate = Candidate {
        site: row as u32,
        area: 0,
        place: Place::new(Stop::Site(row as u32), site.district, at, site.coordinates.is_some()),
        method,
        sensitivity,
        worth: sensitivity * a.priority[row].score,
        reached,
        barred,
        follow_up,
        class: a.priority[row].class,
        slack: season(SeasonState::Slack),
        school_holidays: season(SeasonState::SchoolHolidays),
        homework: Vec::new(),
    };
    Ok(Placed { key, candidate })
}

/// Id of a cell of one degree.
fn cell(at: Coordinates) -> String {
    let side = |x: f64, plus: char, minus: char| format!("{}{}", x.floor().abs(), if x.floor() < 0.0 { minus } else { plus });
    format!("{} {}", side(at.latitude, 'N', 'S'), side(at.longitude, 'E', 'W'))
}

fn area(a: &Assessment<'_>, key: &str, candidates: &[Candidate], range: std::ops::Range<usize>) -> Area {
    let p = a.parameters;
    let own = &candidates[range.clone()];
    let site = &a.network.sites()[own[0].site as usize];
    let district = site.district.map(|d| &p.districts[usize::from(d)]);
    let n = own.len() as f64;
    let mean = |f: fn(&Coordinates) -> f64| own.iter().map(|c| f(&c.place.at)).sum::<f64>() / n;
    let middle = Coordinates { latitude: mean(|c| c.latitude), longitude: mean(|c| c.longitude) };
    let middle = Place::new(Stop::District(site.district.unwrap_or(u16::MAX)), site.district, middle, true);
    let squares: f64 = own.iter().map(|c| c.place.kilometres(&middle).powi(2)).sum();
    let ends = |f: fn(&Coordinates) -> f64| {
        let values = || own.iter().map(|c| f(&c.place.at));
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max))
    };
    let ((south, north), (west, east)) = (ends(|c| c.latitude), ends(|c| c.longitude));
    let corner = |latitude, longitude| Place::new(Stop::District(0), None, Coordinates { latitude, longitude }, true);
    // the longer of both diagonals: a box narrows towards the poles
    let across = corner(south, west).kilometres(&corner(north, east)).max(corner(south, east).kilometres(&corner(north, west)));
    Area {
        id: key.to_owned(),
        name: district.map_or_else(|| format!("cell {key}"), |d| d.name.clone()),
        district: site.district,
        province: district.map(|d| d.province.clone()).unwrap_or_default(),
        country: site.country,
        candidates: range,
        across: across.max(corner(south, west).kilometres(&corner(south, east))),
        spread: (squares / n).sqrt(),
        middle,
    }
}
