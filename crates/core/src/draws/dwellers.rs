//! Where a site may be that nobody has placed: where people live.

use crate::parameters::Parameters;
use crate::risk::district::AreaPeople;
use crate::risk::inherent::InherentModel;

/// Entries of the table that a search begins from.
const GUIDES: usize = 256;

/// A district of an area.
#[derive(Debug)]
pub(super) struct Dweller {
    /// Share of the area's people who live in this district or one before it.
    up_to: f64,
    /// Row of the district's estimate.
    pub estimate: usize,
    /// Calamity-hit, against the area's share.
    pub calamity: f64,
    /// Gap in birth registration, in standard deviations.
    pub birth_gap: f64,
}

/// Districts of an area with an estimate, by their people.
#[derive(Debug)]
pub(super) struct Dwellers {
    districts: Vec<Dweller>,
    /// First district that may hold a number with these leading digits.
    guides: Vec<u32>,
}

impl Dwellers {
    pub fn new(area: &AreaPeople, parameters: &Parameters, model: &InherentModel<'_>) -> Self {
        let people: f64 = area.estimated.iter().map(|(w, _)| w).sum();
        let mut so_far = 0.0;
        let dweller = |&(weight, estimate): &(f64, usize)| {
            so_far += weight / people;
            let district = model.districts().estimates[estimate].district;
            let calamity = f64::from(u8::from(parameters.districts[district].calamity)) - area.calamity_share;
            Dweller { up_to: so_far, estimate, calamity, birth_gap: model.districts().effects[district].birth_gap.unwrap_or(0.0) }
        };
        let districts: Vec<Dweller> = area.estimated.iter().map(dweller).collect();
        let first = |guide: usize| districts.partition_point(|d| d.up_to < guide as f64 / GUIDES as f64) as u32;
        Self { guides: (0..GUIDES).map(first).collect(), districts }
    }

    /// The district of a number in (0, 1); `None` where no district has an estimate.
    #[inline]
    pub fn at(&self, u: f64) -> Option<&Dweller> {
        let from = self.guides[(u * GUIDES as f64) as usize] as usize;
        // rounding may leave a number past the last
        self.districts.get(from..)?.iter().find(|d| d.up_to >= u).or(self.districts.last())
    }
}
