//! Updates: a change of one site's state or of one buyer's links recomputes only what lies downstream of it.
//!
//! A change touches the right-hand side or the row of one site b. With d what the old solution then lacks at b, every column moves by
//! (I − A)⁻¹·e_b times its d: one column is spread downstream for all of them, and a second one for the links walked, which
//! rest on the traced share. It is spread as residuals and ends where they are too small to matter ([`Live::error_bound`]).

mod rows;
mod spread;
mod whole;

use rayon::prelude::*;

use super::exposure::{Exposure, LABOUR, Stops, TRACED};
use super::lane::{Lane, Wide};
use super::plan::Plan;
use super::reach::{Reach, reach_through};
use super::shares::ROUNDING;
use super::solve::{Lanes, solve_forward};
use super::untraced::UntracedLevels;
use crate::error::{Error, Result};
use crate::model::Network;
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
/// Above this bound a network should be solved anew ([`Live::should_be_solved_anew`]).
const WORN: f64 = 1e-9;

/// Columns of a site: those of [`Stops::wide`]; then labour, links walked, and steps of the walk in all.
type Columns = (Wide, Lanes<3>);

/// A solved network that takes changes. Holds the plan, the solution, the changed states and rows; about 350 bytes a site.
#[derive(Debug, Clone)]
pub struct Live<'a> {
    stops: Stops<'a>,
    states: Vec<Updated>,
    rows: Rows<'a>,
    wide: Vec<Wide>,
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
        let stops = Stops { plan, network, parameters, untraced };
        let rows = Rows::new(plan);
        let cell = |p: u32| Cell {
            value: plan.value_added[p as usize] + plan.untraced[p as usize],
            labour: stops.labour(p, plan.untraced[p as usize]),
            own: rows.suppliers(p).filter(|(s, _)| *s == p).map(|(_, a)| a).sum(),
            buyers: rows.kept(p),
            ..Cell::default()
        };
        let positions = || (0..plan.len() as u32).into_par_iter();
        let cells: Vec<Cell> = positions().map(cell).collect();
        let stop = |p: u32| stops.wide(p, plan.untraced[p as usize], &updated[plan.site_at[p as usize] as usize]);
        let mut wide: Vec<Wide> = positions().map(stop).collect();
        solve_forward(plan, &mut wide);
        let walked = |p: usize| plan.suppliers.row(p).map(|(s, a)| a * wide[s].0[TRACED]).sum();
        let mut narrow: Vec<Lanes<3>> = cells.par_iter().enumerate().map(|(p, cell)| [cell.labour, walked(p), 1.0]).collect();
        solve_forward(plan, &mut narrow);
        let most_steps = narrow.iter().map(|n| n[2]).fold(0.0, f64::max);
        Self { stops, states: updated.to_vec(), rows, wide, narrow, spread: Spread::new(cells), most_steps, error_bound }
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
                let name = format!("prevalence or girls' share of site {}", self.stops.network.site_id(site));
                return Err(Error::BadParameter { name, found, expected: "0 to 1" });
            }
        }
        let position = self.rows.plan.position_of[site];
        let u = self.rows.untraced(position);
        let mut change = self.stops.wide(position, u, &state);
        change.add_scaled(-1.0, &self.stops.wide(position, u, &self.states[site]));
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
            let u = self.rows.untraced(position);
            let (right, labour) = (self.stops.wide(position, u, &self.states[buyer]), self.stops.labour(position, u));
            let own = self.rows.suppliers(position).filter(|(s, _)| *s == position).map(|(_, a)| a).sum();
            let cell = &mut self.spread.cells[position as usize];
            *cell = Cell { value: right.0[TRACED] + u, labour, own, ..*cell };
            // what the old solution lacks in the new row
            let p = position as usize;
            let mut change: Columns = (right, [labour, 0.0, 1.0]);
            for (supplier, a) in self.rows.suppliers(position) {
                let (wide, narrow) = (&self.wide[supplier as usize], &self.narrow[supplier as usize]);
                change.0.add_scaled(a, wide);
                change.1.add_scaled(a, narrow);
                change.1[1] += a * wide.0[TRACED];
            }
            change.0.add_scaled(-1.0, &self.wide[p]);
            change.1.add_scaled(-1.0, &self.narrow[p]);
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
        let id = || self.stops.network.site_id(buyer).to_owned();
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
            self.rows.buyers(position, self.rows.kept(position), |other, a| {
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
        let mut ids: Vec<&str> =
            component.iter().map(|&p| self.stops.network.site_id(self.rows.plan.site_at[p as usize] as usize)).collect();
        ids.sort_unstable();
        Err(Error::ClosedLoop { count: ids.len(), sites: ids[..ids.len().min(5)].join(", ") })
    }

    /// Moves all columns by the change of one site's equations.
    fn apply(&mut self, position: u32, (wide, narrow): Columns) -> Result<Vec<u32>> {
        let largest = |x: f64, most: f64| most.max(x.abs());
        let shares = wide.0.iter().enumerate().filter(|(k, _)| !LABOUR.contains(k)).map(|(_, x)| *x);
        let size = Size {
            share: shares.fold(0.0, |most, x| largest(x, most)),
            walked: narrow[1].abs().max(STEPS_MATTER * narrow[2].abs()),
            traced: wide.0[TRACED].abs(),
            labour: wide.0[LABOUR].iter().chain([&narrow[0]]).fold(0.0, |most, x| largest(*x, most)),
        };
        if size.share == 0.0 && size.walked == 0.0 && size.labour == 0.0 {
            return Ok(Vec::new());
        }
        let left = self.spread.run(&self.rows, position, &size);
        self.spread.gather();
        let Spread { cells, reached, everywhere, .. } = &mut self.spread;
        let mut most_steps = self.most_steps;
        if narrow[2] != 0.0 {
            let steps = |(own, [y, _]): (&Lanes<3>, &[f64; 2])| own[2] + y * narrow[2];
            let here = reached.iter().map(|&p| (&self.narrow[p as usize], &cells[p as usize].gain));
            most_steps = self.narrow.iter().zip(&*everywhere).chain(here).map(steps).fold(most_steps, f64::max);
        }
        let bound = self.error_bound + left.map_or(2.0 * STOP, |residual| residual * most_steps);
        if bound.is_nan() || bound > ERROR_BOUND {
            self.spread.clear();
            return Err(Error::NotConverged { sites: self.rows.plan.sites_in_cycles(), bound });
        }
        (self.most_steps, self.error_bound) = (most_steps, bound);
        // a state moves none of the narrow columns
        let moves_narrow = size.traced != 0.0 || narrow != [0.0; 3];
        let move_site = |gain: [f64; 2], own_wide: &mut Wide, own_narrow: &mut Lanes<3>| {
            let [y, z] = gain;
            own_wide.add_scaled(y, &wide);
            if moves_narrow {
                own_narrow.add_scaled(y, &narrow);
                own_narrow[1] += z * wide.0[TRACED];
            }
        };
        let site_at = &self.rows.plan.site_at;
        let mut changed = Vec::with_capacity(reached.len());
        for p in reached.drain(..).map(|p| p as usize) {
            cells[p].residual = [0.0; 2];
            let gain = std::mem::take(&mut cells[p].gain);
            if gain != [0.0; 2] {
                move_site(gain, &mut self.wide[p], &mut self.narrow[p]);
                changed.push(site_at[p]);
            }
        }
        let everywhere = std::mem::take(everywhere);
        let sites = everywhere.par_iter().zip(&mut self.wide).zip(&mut self.narrow).zip(site_at);
        changed.par_extend(sites.filter(|(((gain, _), _), _)| **gain != [0.0; 2]).map(|(((gain, own_wide), own_narrow), &site)| {
            move_site(*gain, own_wide, own_narrow);
            site
        }));
        Ok(changed)
    }

    /// Exposure of a site as it is now.
    #[must_use]
    pub fn exposure(&self, site: usize) -> Exposure {
        let p = self.rows.plan.position_of[site] as usize;
        Exposure::new(&self.wide[p], &self.narrow[p])
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

    /// True when so many updates have been made that their bound exceeds 1e-9: the network should be planned and solved anew. Results are
    /// within the bound all the same, and an update that would bring it above 1e-6 is refused.
    #[must_use]
    pub fn should_be_solved_anew(&self) -> bool {
        self.error_bound > WORN
    }
}
