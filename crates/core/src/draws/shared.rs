//! What sites share, drawn: coefficients, bases, levels of countries, district effects, and what follows from them.

use nalgebra::DMatrix;

use super::dwellers::Dwellers;
use super::lanes::{F, L};
use super::random::{Random, key};
use crate::error::Result;
use crate::model::{CONDITIONS, Network, PerHazard};
use crate::network::untraced::{UntracedLevels, untraced};
use crate::parameters::{Coefficients, Parameters, Sector, SectorProfile};
use crate::risk::agents::Sums;
use crate::risk::base::{Levels, Priors, intercepts};
use crate::risk::centring::Spread;
use crate::risk::district::AreaPeople;
use crate::risk::hidden::OrderModel;
use crate::risk::inherent::InherentModel;
use crate::risk::logit::{expit, logit};
use crate::risk::presence::clustering_scale;
use crate::risk::weighing::Likelihoods;

/// Not drawn as coefficients: what acts through the fit of the small-area model or the spread of a level, and shares of links.
fn drawn(name: &str) -> bool {
    !["survey_", "area_", "level_sd_", "child_labour_rate_", "coverage_", "employment_"].iter().any(|prefix| name.starts_with(prefix))
}

/// A sector in a country, with the keys of what it draws.
#[derive(Debug)]
struct Pair {
    country: usize,
    sector: usize,
    levels: Levels,
    /// Log-odds around which the base is drawn, so that its mean is the base; the same of the forced share.
    base_centre: f64,
    forced_centre: f64,
    base_key: u64,
    country_key: u64,
    /// Row among the areas.
    area: usize,
}

/// Everything that draws of shared values need, found once.
#[derive(Debug)]
pub(super) struct Sources<'a> {
    parameters: &'a Parameters,
    model: &'a InherentModel<'a>,
    random: Random,
    /// Pairs that sites are of, in the order of the model's.
    pairs: Vec<Pair>,
    /// Centre of the hazardous share, by sector.
    hazardous_centres: Vec<f64>,
    areas: Vec<AreaPeople>,
    /// By area.
    dwellers: Vec<Dwellers>,
    /// Every sector of each country whose untraced purchases are asked for.
    untraced: Vec<Country>,
    /// (row among the countries, sector) of each kind of untraced purchase.
    purchases: Vec<(usize, u16)>,
}

#[derive(Debug)]
struct Country {
    row: u16,
    sectors: Vec<Pair>,
    /// Weight of each sector in the untraced purchases of another.
    weights: DMatrix<f64>,
}

/// Shared values in the draws of a block.
#[derive(Debug)]
pub(super) struct Shared {
    pub beta: [F; CONDITIONS.len()],
    /// Of conditions that bear on the forced share.
    pub beta_forced: [Option<F>; CONDITIONS.len()],
    pub depth: F,
    pub calamity: F,
    pub brand: F,
    pub birth_gap: F,
    pub sigma: F,
    pub kappa: F,
    /// (1 − ρ)/ρ.
    pub scale: F,
    /// Parameters of orders, one a draw; none where no site is modelled for orders.
    pub orders: Vec<OrderModel>,
    /// By pair of the model.
    pub pairs: Vec<PairValues>,
    /// η by small-area estimate.
    pub districts: Vec<F>,
    /// q by hazard, by kind of untraced purchase.
    pub untraced: Vec<PerHazard<F>>,
    /// Parameters of evidence.
    pub likelihoods: Likelihoods<L>,
    /// Records of agents.
    pub sums: Sums<L>,
}

/// What a sector in a country draws.
#[derive(Debug)]
pub(super) struct PairValues {
    pub alpha: F,
    pub alpha_forced: F,
    pub hazardous: F,
    /// η̄_A.
    pub area_level: F,
    /// Mean prevalence of the sector in the country.
    pub level: PerHazard<F>,
}

impl<'a> Sources<'a> {
    /// Gathers what is drawn for a network. `O(sites)` and a dense solve per country.
    pub fn new(
        network: &Network,
        parameters: &'a Parameters,
        model: &'a InherentModel<'a>,
        levels: &UntracedLevels,
        seed: u64,
    ) -> Result<Self> {
        let priors = Priors::new(parameters, model.districts())?;
        let mut areas: Vec<AreaPeople> = Vec::new();
        let mut pair = |country: u16, sector: u16| -> Result<Pair> {
            let levels = priors.levels(country, sector)?;
            let base = &parameters.bases[levels.base_row];
            let people = model.districts().area_people(parameters, country, &base.area);
            let area = areas.iter().position(|a| *a == people).unwrap_or_else(|| {
                areas.push(people);
                areas.len() - 1
            });
            let iso3 = |row: u16| parameters.countries[usize::from(row)].iso3.as_str();
            let name = format!("{} {}", parameters.sectors[usize::from(sector)].id, base.country.map_or("", iso3));
            let (base_key, country_key) = (key("base", &name), key("level", iso3(country)));
            let beta_sd = parameters.coefficients.beta_fl_listed.sd.unwrap_or(0.0);
            let forced_sd = (levels.forced_sd.powi(2) + (beta_sd * levels.forced_listed).powi(2)).sqrt();
            Ok(Pair {
                country: usize::from(country),
                sector: usize::from(sector),
                base_centre: centre(levels.base, (levels.base_sd.powi(2) + levels.level_sd.powi(2)).sqrt()),
                forced_centre: centre(levels.forced, forced_sd),
                levels,
                base_key,
                country_key,
                area,
            })
        };
        let pairs: Result<Vec<Pair>> = model.pairs().iter().map(|&(c, s)| pair(c, s)).collect();
        let pairs = pairs?;
        let mut purchases: Vec<(u16, u16)> = network.sites().iter().map(|s| (levels.country_of(s), s.sector)).collect();
        purchases.sort_unstable();
        purchases.dedup();
        let mut countries: Vec<Country> = Vec::new();
        for &(country, _) in &purchases {
            if countries.last().is_none_or(|c| c.row != country) {
                let sectors: Result<Vec<Pair>> = (0..parameters.sectors.len() as u16).map(|s| pair(country, s)).collect();
                let identity = DMatrix::identity(parameters.sectors.len(), parameters.sectors.len());
                let weights = untraced(parameters, priors.employment_weights(), country, &identity);
                countries.push(Country { row: country, sectors: sectors?, weights });
            }
        }
        let row = |country: u16| countries.partition_point(|c| c.row < country);
        let purchases = purchases.into_iter().map(|(c, s)| (row(c), s)).collect();
        let hazardous_centre = |s: &Sector| {
            let share = s.profile.hazardous_share.interval();
            centre(share.mean, share.sd())
        };
        let hazardous_centres = parameters.sectors.iter().map(hazardous_centre).collect();
        let dwellers = areas.iter().map(|a| Dwellers::new(a, parameters, model)).collect();
        Ok(Self { parameters, model, random: Random::new(seed), pairs, hazardous_centres, areas, dwellers, untraced: countries, purchases })
    }

    /// Usual conditions of a sector.
    pub fn profile(&self, sector: u16) -> &SectorProfile {
        &self.parameters.sectors[usize::from(sector)].profile
    }

    /// True when a district is known to be calamity-hit.
    pub fn calamity(&self, district: usize) -> bool {
        self.parameters.districts.get(district).is_some_and(|d| d.calamity)
    }

    /// Where a site of a pair may be.
    pub fn dwellers(&self, pair: usize) -> &Dwellers {
        &self.dwellers[self.pairs[pair].area]
    }

    /// A source of numbers with the seed.
    pub fn random(&self) -> Random {
        self.random
    }

    /// Kind of a site's untraced purchases.
    pub fn purchase(&self, country: u16, sector: u16) -> usize {
        let country = self.untraced.partition_point(|c| c.row < country);
        self.purchases.partition_point(|p| *p < (country, sector))
    }

    /// Draws a block, but for the agents' records: they begin with `sums`.
    pub fn block(&self, block: usize, likelihoods: impl Fn(&[Coefficients]) -> Likelihoods<L>, sums: Sums<L>) -> Shared {
        let random = self.random;
        let coefficients = self.coefficients(random, block);
        let value = |f: &dyn Fn(&Coefficients) -> f64| -> F { std::array::from_fn(|k| f(&coefficients[k])) };
        let estimates = &self.model.districts().estimates;
        let district = |e: &crate::risk::area::AreaEstimate| {
            let z = random.normals(key("district", &self.parameters.districts[e.district].id), block);
            z.map(|z| e.log_odds + e.sd * z)
        };
        let districts: Vec<F> = estimates.iter().map(district).collect();
        let shares = self.sector_shares(random, block);
        let pairs = self.pairs.iter().map(|p| self.pair(p, &coefficients, &districts, &shares[p.sector], random, block)).collect();
        let untraced = self.untraced_levels(&coefficients, &shares, random, block);
        Shared {
            beta: CONDITIONS.map(|k| value(&|c| c.beta(k).mean)),
            beta_forced: CONDITIONS.map(|k| coefficients[0].beta_forced(k).map(|_| value(&|c| c.beta_forced(k).map_or(0.0, |b| b.mean)))),
            depth: value(&|c| c.beta_depth_per_step.mean),
            calamity: value(&|c| c.beta_calamity_district.mean),
            brand: value(&|c| c.beta_brand_office.mean),
            birth_gap: value(&|c| c.beta_fl_birth_registration_gap.mean),
            sigma: value(&|c| c.sigma_site.mean),
            kappa: value(&|c| c.kappa_district_overlap.mean),
            scale: value(&|c| clustering_scale(c.rho_intra_site.mean)),
            orders: if self.model.hidden().elsewhere.is_empty() { Vec::new() } else { coefficients.iter().map(OrderModel::new).collect() },
            pairs,
            districts,
            untraced,
            likelihoods: likelihoods(&coefficients),
            sums,
        }
    }

    fn coefficients(&self, random: Random, block: usize) -> Vec<Coefficients> {
        let names: Vec<(u64, bool)> =
            self.parameters.coefficients.iter().map(|(name, v)| (key("parameter", name), drawn(name) && v.sd.is_some())).collect();
        let normals: Vec<F> = names.iter().map(|&(key, drawn)| if drawn { random.normals(key, block) } else { [0.0; L] }).collect();
        let of = |k: usize| {
            let mut rows = names.iter().zip(&normals);
            // in the order of the rows, as they were listed
            self.parameters
                .coefficients
                .with_means(|_, v| rows.next().map_or(v.mean, |((_, drawn), z)| if *drawn { v.at(z[k]) } else { v.mean }))
        };
        (0..L).map(of).collect()
    }

    /// Hazardous share and forced share (as a shift in log-odds) of each sector.
    fn sector_shares(&self, random: Random, block: usize) -> Vec<[F; 2]> {
        let draw = |kind: &str, id: &str| random.normals(key(kind, id), block);
        let of = |(s, hazardous): (&Sector, &f64)| {
            let [hazardous_sd, forced_sd] = [&s.profile.hazardous_share, &s.profile.forced_share].map(|x| x.interval().sd());
            [draw("hazardous", &s.id).map(|z| expit(hazardous + hazardous_sd * z)), draw("forced", &s.id).map(|z| forced_sd * z)]
        };
        self.parameters.sectors.iter().zip(&self.hazardous_centres).map(of).collect()
    }

    /// Base prevalence and forced share of a pair.
    fn levels(&self, p: &Pair, c: &[Coefficients], forced: &F, random: Random, block: usize) -> [F; 2] {
        let (l, point) = (&p.levels, &self.parameters.coefficients);
        let base = random.normals(p.base_key, block);
        let country = if l.country_sd > 0.0 { random.normals(p.country_key, block) } else { [0.0; L] };
        // the listings' betas and the country's level stand in the centre with their point values
        let b = |k: usize| {
            let listing = (c[k].beta_listed.mean - point.beta_listed.mean) * l.listed;
            expit(p.base_centre + l.base_sd * base[k] + l.country_sd * country[k] + listing)
        };
        let f = |k: usize| expit(p.forced_centre + forced[k] + (c[k].beta_fl_listed.mean - point.beta_fl_listed.mean) * l.forced_listed);
        [std::array::from_fn(b), std::array::from_fn(f)]
    }

    fn pair(&self, p: &Pair, c: &[Coefficients], districts: &[F], shares: &[F; 2], random: Random, block: usize) -> PairValues {
        let [base, forced] = self.levels(p, c, &shares[1], random, block);
        let births = &self.model.districts().countries[p.country].birth_gaps;
        let profile = &self.parameters.sectors[p.sector].profile;
        let level = [base, std::array::from_fn(|k| base[k] * shares[0][k]), std::array::from_fn(|k| base[k] * forced[k])];
        let mut out = PairValues { alpha: [0.0; L], alpha_forced: [0.0; L], hazardous: shares[0], area_level: [0.0; L], level };
        let empty = [true, false].map(Spread::of_draw);
        let mut near = [0.0; 2];
        for k in 0..L {
            let area = self.areas[p.area].level(|row| districts[row][k]);
            (out.alpha[k], out.alpha_forced[k]) = intercepts(&c[k], profile, &area, births, [base[k], forced[k]], &empty, near);
            near = [out.alpha[k] - logit(base[k]), out.alpha_forced[k] - logit(forced[k])];
            out.area_level[k] = area.log_odds.unwrap_or(0.0);
        }
        out
    }

    fn untraced_levels(&self, c: &[Coefficients], shares: &[[F; 2]], random: Random, block: usize) -> Vec<PerHazard<F>> {
        let of_country = |country: &Country| -> Vec<PerHazard<F>> {
            let own = country.sectors.iter().map(|p| {
                let [hazardous, forced] = &shares[p.sector];
                let [base, forced] = self.levels(p, c, forced, random, block);
                [base, std::array::from_fn(|k| base[k] * hazardous[k]), std::array::from_fn(|k| base[k] * forced[k])]
            });
            own.collect()
        };
        let own: Vec<Vec<PerHazard<F>>> = self.untraced.iter().map(of_country).collect();
        let q = |&(country, sector): &(usize, u16)| {
            let weights = self.untraced[country].weights.row(usize::from(sector));
            let mut q = [[0.0; L]; 3];
            for (weight, own) in weights.iter().zip(&own[country]) {
                for (q, own) in q.iter_mut().zip(own) {
                    for (q, own) in q.iter_mut().zip(own) {
                        *q += weight * own;
                    }
                }
            }
            q
        };
        self.purchases.iter().map(q).collect()
    }
}

/// Log-odds around which a share must be drawn, with a spread in log-odds, for its mean to be the share: a pack's base is an average,
/// and untraced purchases add up many of them.
fn centre(share: f64, sd: f64) -> f64 {
    Spread::default().with_normal(sd).intercept(share)
}
