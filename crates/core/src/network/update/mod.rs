//! Updates: a change of one site's state or of one buyer's links recomputes only what lies downstream of it.
//!
//! A change touches the right-hand side or the row of one site b. With d what the old solution then lacks at b, every column moves by
//! (I − A)⁻¹·e_b times its d: one column is spread downstream for all of them, and a second one for the links walked, which
//! rest on the traced share. It is spread as residuals and ends where they are too small to matter ([`Live::error_bound`]).

mod pending;
mod rows;
mod spread;

use super::exposure::Exposure;
use super::plan::Plan;
use super::reach::{Reach, reach_through};
use super::shares::ROUNDING;
use super::solve::{Lanes, solve_forward};
use super::untraced::UntracedLevels;
use crate::error::{Error, Result};
use crate::model::{HAZARDS, Hazard, Network};
use crate::parameters::Parameters;
use crate::risk::update::Updated;
use rows::{Row, Rows};
use spread::{Cell, STOP, Size, Spread};

/// A component whose own shares leave less than this is closed.
const CLOSED: f64 = 1e-12;
/// Largest bound on the error of a share that is accepted.
const ERROR_BOUND: f64 = 1e-6;
/// Steps are only needed for the bound: they may be off by as much more than shares.
const STEPS_MATTER: f64 = 1e-7;
/// Columns: traced and untraced by hazard and sex, labour-weighted by hazard, traced share.
const WIDE: usize = 16;
/// Column of the traced share.
const TRACED: usize = 15;
/// Columns of labour by hazard.
const LABOUR: std::ops::Range<usize> = 12..15;

/// Columns of a site: as above; then labour, links walked, and steps of the walk in all.
type Columns = (Lanes<WIDE>, Lanes<3>);

/// A solved network that takes changes. Holds the plan, the solution, the changed states and rows; about 350 bytes a site.
#[derive(Debug, Clone)]
pub struct Live<'a> {
    network: &'a Network,
    parameters: &'a Parameters,
    untraced: &'a UntracedLevels,
    states: Vec<Updated>,
    rows: Rows<'a>,
    wide: Vec<Lanes<WIDE>>,
    narrow: Vec<Lanes<3>>,
    spread: Spread,
    /// Upper bound of the steps of any walk.
    most_steps: f64,
    error_bound: f64,
}

impl<'a> Live<'a> {
    /// Solves the network once. `error_bound` is that of its exposures. `O(n + m)`.
    #[must_use]
    pub fn new(
        plan: &'a Plan,
        network: &'a Network,
        parameters: &'a Parameters,
        untraced: &'a UntracedLevels,
        updated: &[Updated],
        error_bound: f64,
    ) -> Self {
        let mut own = Self {
            network,
            parameters,
            untraced,
            states: updated.to_vec(),
            rows: Rows::new(plan),
            wide: Vec::new(),
            narrow: Vec::new(),
            spread: Spread::new(Vec::new()),
            most_steps: 0.0,
            error_bound,
        };
        let mut wide: Vec<Lanes<WIDE>> = Vec::with_capacity(plan.len());
        let mut cells = Vec::with_capacity(plan.len());
        for p in 0..plan.len() as u32 {
            let (stops, labour) = own.stops(p, own.rows.untraced(p), &own.states[plan.site_at[p as usize] as usize]);
            let bought: f64 = own.rows.suppliers(p).filter(|(s, _)| *s == p).map(|(_, a)| a).sum();
            cells.push(Cell { value: stops[TRACED] + own.rows.untraced(p), labour, own: bought, ..Cell::default() });
            wide.push(stops);
        }
        solve_forward(plan, &mut wide);
        let walked = |p: usize| plan.suppliers.row(p).map(|(s, a)| a * wide[s][TRACED]).sum();
        let mut narrow: Vec<Lanes<3>> = cells.iter().enumerate().map(|(p, cell)| [cell.labour, walked(p), 1.0]).collect();
        solve_forward(plan, &mut narrow);
        own.most_steps = narrow.iter().map(|n| n[2]).fold(0.0, f64::max);
        own.spread = Spread::new(cells);
        Self { wide, narrow, ..own }
    }

    /// What a site adds where the walk stops, and the labour that stops there: the right-hand sides of (4.2), (4.2b) and (4.3).
    fn stops(&self, position: u32, u: f64, state: &Updated) -> (Lanes<WIDE>, f64) {
        let site = &self.network.sites()[self.rows.plan.site_at[position as usize] as usize];
        let v = self.rows.plan.value_added[position as usize];
        let q = self.untraced.of_site(site);
        let sector = || self.parameters.sectors[usize::from(site.sector)].profile.labour_intensity;
        let labour = site.labour_intensity.unwrap_or_else(sector);
        let mut lanes = [0.0; WIDE];
        for h in HAZARDS.map(Hazard::index) {
            let theta = state.prevalence[h];
            for (sex, share) in [state.girls_share, 1.0 - state.girls_share].into_iter().enumerate() {
                lanes[2 * h + sex] = v * theta * share;
                lanes[6 + 2 * h + sex] = u * q.prevalence[h][sex];
            }
            lanes[LABOUR.start + h] = v * labour * theta + u * q.labour_prevalence[h];
        }
        lanes[TRACED] = v;
        (lanes, v * labour + u * q.labour)
    }

    /// Changes what a site is expected to be, as after new evidence ([`crate::assess::update_site`]) or another prevalence. Sites that
    /// share its agents may change with it (3.5): the caller recomputes and sets those too. Returns the sites whose exposure changed, in
    /// no order.
    ///
    /// # Errors
    /// [`Error::BadParameter`] for a share that is none, [`Error::NotConverged`] as for exposures; then nothing has changed.
    pub fn set_state(&mut self, site: usize, state: Updated) -> Result<Vec<u32>> {
        for found in state.prevalence.into_iter().chain([state.girls_share]) {
            if !(0.0..=1.0).contains(&found) {
                let name = format!("prevalence or girls' share of site {}", self.network.site_id(site));
                return Err(Error::BadParameter { name, found, expected: "0 to 1" });
            }
        }
        let position = self.rows.plan.position_of[site];
        let u = self.rows.untraced(position);
        let (new, _) = self.stops(position, u, &state);
        let (old, _) = self.stops(position, u, &self.states[site]);
        let change = std::array::from_fn(|k| new[k] - old[k]);
        let changed = self.apply(position, (change, [0.0; 3]))?;
        self.states[site] = state;
        Ok(changed)
    }

    /// Replaces the links of a buyer by (supplier, share of its purchases); what they leave is untraced. A link may close a cycle.
    /// Returns the sites whose exposure changed, in no order.
    ///
    /// # Errors
    /// [`Error::DanglingSite`], [`Error::BadShare`], [`Error::SharesAboveOne`]; [`Error::ClosedLoop`] when sites would buy everything
    /// from each other and add no value; [`Error::NotConverged`] as for exposures. Then nothing has changed.
    pub fn set_links(&mut self, buyer: usize, links: &[(usize, f64)]) -> Result<Vec<u32>> {
        let row = self.row(buyer, links)?;
        let position = self.rows.plan.position_of[buyer];
        let before = self.rows.replace(position, Some(row));
        let cell = self.spread.cells[position as usize];
        let changed = self.check_open(position).and_then(|()| {
            let (right, labour) = self.stops(position, self.rows.untraced(position), &self.states[buyer]);
            let own = self.rows.suppliers(position).filter(|(s, _)| *s == position).map(|(_, a)| a).sum();
            let cell = &mut self.spread.cells[position as usize];
            *cell = Cell { value: right[TRACED] + self.rows.untraced(position), labour, own, ..*cell };
            // what the old solution lacks in the new row
            let mut change: Columns = (right, [labour, 0.0, 1.0]);
            let p = position as usize;
            for (supplier, a) in self.rows.suppliers(position) {
                let (wide, narrow) = (&self.wide[supplier as usize], &self.narrow[supplier as usize]);
                change.0.iter_mut().zip(wide).for_each(|(c, x)| *c += a * x);
                change.1.iter_mut().zip(narrow).for_each(|(c, x)| *c += a * x);
                change.1[1] += a * wide[TRACED];
            }
            change.0.iter_mut().zip(&self.wide[p]).for_each(|(c, x)| *c -= x);
            change.1.iter_mut().zip(&self.narrow[p]).for_each(|(c, x)| *c -= x);
            self.apply(position, change)
        });
        if changed.is_err() {
            self.rows.replace(position, before);
            self.spread.cells[position as usize] = cell;
        }
        changed
    }

    /// a_ij and u_j from shares of purchases.
    fn row(&self, buyer: usize, links: &[(usize, f64)]) -> Result<Row> {
        let plan = self.rows.plan;
        let id = || self.network.site_id(buyer).to_owned();
        let m = 1.0 - plan.value_added[plan.position_of[buyer] as usize];
        for (row, &(site, share)) in links.iter().enumerate() {
            if site >= plan.len() {
                return Err(Error::DanglingSite { table: "links", row, site, sites: plan.len() });
            }
            if !(0.0..=1.0 + ROUNDING).contains(&share) {
                return Err(Error::BadShare { buyer: id() });
            }
        }
        let sum: f64 = links.iter().map(|(_, share)| share).sum();
        if sum > 1.0 + ROUNDING {
            return Err(Error::SharesAboveOne { buyer: id(), sum });
        }
        let scale = m / sum.max(1.0);
        Ok(Row {
            suppliers: links.iter().map(|&(site, _)| plan.position_of[site]).collect(),
            weights: links.iter().map(|(_, share)| scale * share).collect(),
            untraced: m * (1.0 - sum).max(0.0),
        })
    }

    /// Refuses a closed loop through a buyer. Only a buyer that adds no value and leaves nothing untraced can close one.
    fn check_open(&self, buyer: u32) -> Result<()> {
        let leaks = self.rows.plan.value_added[buyer as usize] + self.rows.untraced(buyer);
        if leaks > CLOSED {
            return Ok(());
        }
        let mut upstream = std::collections::BTreeMap::from([(buyer, false)]);
        let mut open = vec![buyer];
        while let Some(position) = open.pop() {
            for (supplier, _) in self.rows.suppliers(position).filter(|(_, a)| *a > 0.0) {
                upstream.entry(supplier).or_insert_with(|| {
                    open.push(supplier);
                    false
                });
            }
        }
        // of those, the component are the ones that the buyer is upstream of
        upstream.insert(buyer, true);
        open.push(buyer);
        while let Some(position) = open.pop() {
            self.rows.buyers(position, |other, a| {
                if let Some(inside) = upstream.get_mut(&other).filter(|inside| a > 0.0 && !**inside) {
                    *inside = true;
                    open.push(other);
                }
            });
        }
        let component: Vec<u32> = upstream.iter().filter(|(_, inside)| **inside).map(|(&p, _)| p).collect();
        let is_inside = |p: &u32| upstream.get(p).is_some_and(|inside| *inside);
        let kept = |p: u32| -> f64 { self.rows.suppliers(p).filter(|(s, _)| is_inside(s)).map(|(_, a)| a).sum() };
        if component.iter().any(|&p| 1.0 - kept(p) > CLOSED) {
            return Ok(());
        }
        let mut ids: Vec<&str> = component.iter().map(|&p| self.network.site_id(self.rows.plan.site_at[p as usize] as usize)).collect();
        ids.sort_unstable();
        Err(Error::ClosedLoop { count: ids.len(), sites: ids[..ids.len().min(5)].join(", ") })
    }

    /// Moves all columns by the change of one site's equations.
    fn apply(&mut self, position: u32, change: Columns) -> Result<Vec<u32>> {
        let (wide, narrow) = change;
        let largest = |x: f64, most: f64| most.max(x.abs());
        let shares = wide.iter().enumerate().filter(|(k, _)| !LABOUR.contains(k)).map(|(_, x)| *x);
        let size = Size {
            share: shares.fold(0.0, |most, x| largest(x, most)),
            walked: narrow[1].abs().max(STEPS_MATTER * narrow[2].abs()),
            traced: wide[TRACED].abs(),
            labour: wide[LABOUR].iter().chain([&narrow[0]]).fold(0.0, |most, x| largest(*x, most)),
        };
        let mut changed = Vec::new();
        if size.share == 0.0 && size.walked == 0.0 && size.labour == 0.0 {
            return Ok(changed);
        }
        let left = self.spread.run(&self.rows, position, &size);
        let mut most_steps = self.most_steps;
        self.spread.for_each(|p, [y, _]| most_steps = most_steps.max(self.narrow[p as usize][2] + y * narrow[2]));
        let bound = self.error_bound + left.map_or(2.0 * STOP, |residual| residual * most_steps);
        if bound.is_nan() || bound > ERROR_BOUND {
            self.spread.clear();
            return Err(Error::NotConverged { sites: self.rows.plan.sites_in_cycles(), bound });
        }
        (self.most_steps, self.error_bound) = (most_steps, bound);
        let Self { spread, wide: solved, narrow: solved_narrow, rows, .. } = self;
        spread.drain(|p, [y, z]| {
            let own = &mut solved[p as usize];
            own.iter_mut().zip(&wide).for_each(|(x, c)| *x += y * c);
            let own = &mut solved_narrow[p as usize];
            own.iter_mut().zip(&narrow).for_each(|(x, c)| *x += y * c);
            own[1] += z * wide[TRACED];
            changed.push(rows.plan.site_at[p as usize]);
        });
        Ok(changed)
    }

    /// Exposure of a site as it is now.
    #[must_use]
    pub fn exposure(&self, site: usize) -> Exposure {
        let p = self.rows.plan.position_of[site] as usize;
        let (w, n) = (&self.wide[p], &self.narrow[p]);
        // a share that was taken away may leave less than nothing by rounding
        let pair = |k: usize| [w[k].max(0.0), w[k + 1].max(0.0)];
        let traced_share = w[TRACED];
        Exposure {
            traced: [0, 2, 4].map(pair),
            untraced: [6, 8, 10].map(pair),
            labour: [12, 13, 14].map(|k| if n[0] > 0.0 { (w[k] / n[0]).max(0.0) } else { 0.0 }),
            traced_share,
            mean_tier: if traced_share > 0.0 { (n[1] / traced_share).max(0.0) } else { 0.0 },
        }
    }

    /// States of all sites as they are now.
    #[must_use]
    pub fn states(&self) -> &[Updated] {
        &self.states
    }

    /// Exact reach of one buyer as it is now. `O(upstream links)`. The sketches of all sites do not take changes.
    #[must_use]
    pub fn reach(&self, buyer: usize) -> Reach {
        reach_through(self.rows.plan, &self.states, buyer, |p| self.rows.neighbours(p))
    }

    /// Bound on the error of any share, against the exact solution: that of the exposures, and 2e-13 for every update (half of it left
    /// residuals, half rounding). Labour shares are within four times as much, mean tiers within (2 + mean tier)/traced share times; only
    /// shares are bounded where a loop lost so little that it had to be solved at once.
    #[must_use]
    pub fn error_bound(&self) -> f64 {
        self.error_bound
    }
}
