//! Base rates of a sector in any country: by hazard and sex, with 90 % intervals.

use super::base::{LevelBasis, Priors};
use super::logit::Interval;
use crate::error::Result;
use crate::model::HAZARDS;
use crate::parameters::{Derivation, Grade};

/// What is known of a sector in a country before any site.
#[derive(Debug, Clone)]
pub struct SectorRates {
    /// Row of the base in [`crate::parameters::Parameters::bases`].
    pub base_row: usize,
    /// Share of the workforce who are children in each hazard, in order of [`HAZARDS`].
    pub hazards: [Interval; HAZARDS.len()],
    /// Girls among the children.
    pub girls_share: Interval,
    /// How the country's level was found; anything but an own base or rate is a flag.
    pub basis: LevelBasis,
    /// How the base was found.
    pub derivation: Derivation,
    /// Grade of the child labour rate: the worse of base and level.
    pub grade: Grade,
    /// Sources: base, country level, then hazardous, forced, girls.
    pub sources: Vec<String>,
}

impl SectorRates {
    /// Share of the workforce who are girls and boys in a hazard.
    #[must_use]
    pub fn sexes(&self, hazard: usize) -> [Interval; 2] {
        let whole = self.hazards[hazard];
        [whole.part(self.girls_share), whole.part(self.girls_share.rest())]
    }
}

impl Priors<'_> {
    /// Base rates of a sector in a country. A row of the country stands with its own interval; the reference row is moved to the
    /// country's level, and the spreads of both are added in squares, in log-odds.
    ///
    /// # Errors
    /// As [`Priors::prior`].
    pub fn rates(&self, country: u16, sector: u16) -> Result<SectorRates> {
        let p = self.parameters();
        let levels = self.levels(country, sector)?;
        let base = &p.bases[levels.base_row];
        let profile = &p.sectors[usize::from(sector)].profile;
        let child_labour = if levels.level_basis == LevelBasis::OwnBase {
            base.interval()
        } else {
            Interval::around(levels.base, (levels.base_sd.powi(2) + levels.level_sd.powi(2)).sqrt())
        };
        let shares = [&profile.hazardous_share, &profile.forced_share, &profile.girls_share];
        let [hazardous, forced, girls_share] = shares.map(crate::parameters::SectorShare::interval);
        // the forced share is moved by a listing of the country
        let forced = Interval::around(levels.forced, forced.sd());
        let level = levels.level_provenance.as_ref();
        let sources = [&base.provenance].into_iter().chain(level).chain(shares.map(|s| &s.provenance));
        Ok(SectorRates {
            base_row: levels.base_row,
            hazards: [child_labour, child_labour.part(hazardous), child_labour.part(forced)],
            girls_share,
            basis: levels.level_basis,
            derivation: base.derivation,
            grade: level.map_or(base.provenance.grade, |l| l.grade.max(base.provenance.grade)),
            sources: sources.map(|s| s.source.clone()).collect(),
        })
    }
}
