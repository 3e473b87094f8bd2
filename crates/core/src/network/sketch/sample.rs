//! The sites that stand for all upstream of a site, so that other numbers of theirs can be summed as the measures are.

use super::super::plan::Plan;
use super::ENTRIES;
use super::condense::Condensed;
use super::estimate::stands_for;
use super::rank::Ranked;
use super::unite::Sketches;
use crate::risk::update::Updated;

/// The sketch of every component, kept.
pub(crate) struct Samples {
    ranked: Ranked,
    condensed: Condensed,
    sketches: Sketches,
}

impl Samples {
    /// The sketches of [`super::reach_estimates`] with the same seed; nothing that counts once `stopped`. Memory: k u32 per component.
    pub(crate) fn new(plan: &Plan, updated: &[Updated], seed: u64, stopped: &(dyn Fn() -> bool + Sync)) -> Self {
        let (ranked, condensed) = rayon::join(|| Ranked::new(plan, updated, seed), || Condensed::new(plan));
        let sketches = Sketches::new(plan, updated, &condensed, &ranked, true, stopped);
        Self { ranked, condensed, sketches }
    }

    /// Component of a position.
    pub(crate) fn component(&self, position: usize) -> u32 {
        self.condensed.of[position]
    }

    /// Sites of a component's sketch, and how many sites of the component and upstream of it each stands for.
    pub(crate) fn stand_for(&self, component: u32, out: &mut Vec<(u32, f32)>) {
        let entries = self.sketches.entries(component);
        let site = |place: &u32| self.ranked.site[*place as usize];
        out.clear();
        match <&[u32; ENTRIES]>::try_from(entries) {
            Ok(full) => out.extend(full.iter().map(site).zip(stands_for(&self.ranked, full)).take(ENTRIES - 1)),
            Err(_) => out.extend(entries.iter().map(|place| (site(place), 1.0))),
        }
    }
}
