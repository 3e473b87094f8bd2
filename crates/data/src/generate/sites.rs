//! Invented sites.

use tierlight_core::model::{Condition, Conditions, PlaceMatch, Probability, Role, Share, Site};

use super::Generator;
use super::draw::{Draw, Stream};
use super::layout::{Standing, TIERS};
use super::places::cluster;

/// How often a condition is known, by condition. What is not known is blank.
const KNOWN: [(Condition, f64); 8] = [
    (Condition::Unregistered, 0.6),
    (Condition::HomeBased, 0.5),
    (Condition::FamilyPieceRate, 0.35),
    (Condition::AdvanceDebt, 0.25),
    (Condition::RecruiterLabour, 0.3),
    (Condition::DisplacedWorkers, 0.2),
    (Condition::AgeCheck, 0.4),
    (Condition::Certified, 0.5),
];
const STATES_WORKERS: f64 = 0.8;
const STATES_INPUT: f64 = 0.55;
/// A stated input share lies within so much of the sector's.
const INPUT_SPREAD: f64 = 0.15;
const MEASURED: f64 = 0.02;
const MOST_MEASURED: f64 = 0.25;
const MOST_WORKERS: f64 = 20_000.0;

impl Generator<'_> {
    /// Name and description of the site of a row.
    pub(super) fn site(&self, row: u32) -> (String, Site) {
        let place = self.shuffle.to(row);
        let standing = self.layout.standing(place);
        let mut draw = self.draw(Stream::Site, place);
        let sector = self.layout.sector(standing, draw.unit());
        let brand = standing.tier == TIERS - 1 && !standing.trader;
        let at = self.places.place(self.packs, brand, &mut draw, self.draw(Stream::Place, cluster(place)));
        let mut site = Site::new(sector, at.country);
        (site.district, site.place, site.coordinates) = (at.district, at.how, at.coordinates);
        site.place_confidence = (at.how == PlaceMatch::Code).then_some(1.0);
        site.role = self.role(standing, sector);

        let profile = &self.packs.parameters.sectors[usize::from(sector)].profile;
        if draw.chance(STATES_WORKERS) {
            let spread = libm::log(profile.workers_gsd) * draw.normal();
            site.workers = Some(libm::round(profile.workers_median * libm::exp(spread)).clamp(1.0, MOST_WORKERS));
        }
        site.conditions = conditions(&profile.shares, &mut draw);
        if draw.chance(STATES_INPUT) {
            let share = profile.input_share + INPUT_SPREAD * (2.0 * draw.unit() - 1.0);
            site.input_share = Share::new(rounded(share.clamp(0.05, 0.9), 1e3));
        }
        if draw.chance(MEASURED) {
            site.measured_prevalence = Probability::new(rounded(MOST_MEASURED * draw.unit() * draw.unit(), 1e4));
        }
        let purchases = self.purchases(place);
        (site.coverage, site.purchases_total) = (purchases.coverage(), purchases.stated_total());
        // farms and homes seldom have a name that anybody writes down
        let named = matches!(site.role, Role::Brand | Role::Exporter | Role::Factory | Role::Trader);
        let name = if named { format!("Invented {} {row}", site.role.slug()) } else { String::new() };
        (name, site)
    }

    /// Role of a site.
    pub(super) fn role(&self, standing: Standing, sector: u16) -> Role {
        let id = self.packs.parameters.sectors[usize::from(sector)].id.as_str();
        let median = self.packs.parameters.sectors[usize::from(sector)].profile.workers_median;
        match (standing.tier, id) {
            _ if standing.trader => Role::Trader,
            (tier, _) if tier == TIERS - 1 => Role::Brand,
            (_, "home_stitching" | "embroidery" | "soccer_balls") => Role::HomeCluster,
            (_, "brick_kilns") => Role::Kiln,
            (_, "coal_mining" | "other_mining" | "stone_crushing") => Role::Mine,
            (tier, _) if tier == TIERS - 2 => Role::Exporter,
            (0, _) => Role::Farm,
            _ if median < 20.0 => Role::Workshop,
            _ => Role::Factory,
        }
    }
}

fn conditions(usual: &[f64], draw: &mut Draw) -> Conditions {
    let mut conditions = Conditions::default();
    for (condition, known) in KNOWN {
        let (known, yes) = (draw.chance(known), draw.chance(usual[condition.index()]));
        conditions.set(condition, known.then_some(yes));
    }
    conditions
}

/// A number with so many decimals as `scale` has noughts, so that files and memory hold the same.
pub(super) fn rounded(x: f64, scale: f64) -> f64 {
    libm::round(x * scale) / scale
}
