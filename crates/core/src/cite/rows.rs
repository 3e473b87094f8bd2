//! The rows of packs that a run used.

use std::collections::BTreeSet;

use super::PackRow;
use crate::assess::Assessment;
use crate::error::Result;
use crate::parameters::{AreaCovariate, Country, District, Observation, Parameters, Place, Sector, SectorShare, Survey};
use crate::risk::base::{LevelBasis, Priors, WORLD};
use crate::risk::level;

/// Every row of a pack whose numbers entered a run, each of its columns once, in order of table and key.
///
/// All parameters, sectors and profiles: what is bought untraced averages over all of them. Base rows that the countries of the
/// run take, with the rows that these were derived from. Those countries and the world, with the countries whose median stands in for a missing rate. All districts, listings
/// and recipes of those countries: they enter averages. Cost: linear in sites and pack rows.
///
/// # Errors
/// None for an assessment that was made with its parameters.
pub fn rows_used(a: &Assessment<'_>) -> Result<Vec<PackRow>> {
    let p = a.parameters;
    let mut countries: BTreeSet<u16> = a.network.sites().iter().map(|s| s.country).collect();
    countries.extend(p.country(WORLD));
    let mut out: Vec<PackRow> = p.coefficients.iter().map(|(name, value)| PackRow::coefficient(name, value)).collect();
    for sector in &p.sectors {
        out.push(PackRow::new("sectors", &sector.id, "season_peak_months", &sector.provenance));
        out.push(profile(sector, "all"));
        let shares = [
            ("hazardous", &sector.profile.hazardous_share),
            ("forced", &sector.profile.forced_share),
            ("girls", &sector.profile.girls_share),
        ];
        for (name, x) in shares {
            out.push(share(sector, name, x));
            out.extend(x.inputs.rows.iter().map(PackRow::input));
        }
    }
    let priors = Priors::new(p, a.model.districts())?;
    for &country in &countries {
        for sector in 0..p.sectors.len() as u16 {
            if let Some((row, _)) = priors.base_row(country, sector) {
                out.push(base(p, row, "base"));
                out.extend(p.bases[row].inputs.rows.iter().map(PackRow::input));
            }
        }
        let basis = priors.country_level(country).basis;
        out.extend(level_countries(p, country, basis).map(rate));
        out.extend(level_poverty(p, country, basis).map(|c| c.1));
        for row in (0..p.districts.len()).filter(|&d| p.districts[d].country == country) {
            out.extend(district(&p.districts[row]));
            out.extend(observations(p, row).map(|o| o.2));
            out.extend(covariates(p, row).map(|c| c.2));
        }
        for row in (0..p.listings.len()).filter(|&k| p.listings[k].country == country) {
            out.extend(["child_labour", "forced_child_labour"].map(|column| listing(p, row, column)));
        }
    }
    let applies = |country: Option<u16>| country.is_none_or(|c| countries.contains(&c));
    out.extend((0..p.recipes.len()).filter(|&k| applies(p.recipes[k].country)).map(|k| recipe(p, k)));
    out.sort();
    out.dedup();
    Ok(out)
}

/// Row of a base prevalence.
pub(super) fn base(p: &Parameters, row: usize, column: &'static str) -> PackRow {
    let base = &p.bases[row];
    let country = base.country.map_or("", |c| p.countries[usize::from(c)].iso3.as_str());
    let key = format!("{}, {country}", p.sectors[usize::from(base.sector)].id);
    PackRow::new("sector_base", key, column, &base.provenance).noted(&base.note)
}

/// Countries whose rates the level of a country was computed from, the world first.
pub(super) fn level_countries(p: &Parameters, country: u16, basis: LevelBasis) -> impl Iterator<Item = &Country> {
    let world = p.country(WORLD).map(|row| &p.countries[usize::from(row)]);
    world.into_iter().chain(level::level_countries(p, &p.countries[usize::from(country)], basis))
}

/// Poverty of the countries that the level of a country was computed from, its own first; none unless it was.
pub(super) fn level_poverty(p: &Parameters, country: u16, basis: LevelBasis) -> impl Iterator<Item = (&Country, PackRow)> {
    let own = Some(&p.countries[usize::from(country)]).filter(|_| basis == LevelBasis::Poverty);
    let fitted = level_countries(p, country, basis).filter(move |_| basis == LevelBasis::Poverty);
    own.into_iter().chain(fitted).filter_map(|c| {
        let provenance = c.poverty_provenance.as_ref()?;
        Some((c, PackRow::new("countries", &c.iso3, "poverty_headcount", provenance)))
    })
}

/// Row of a share of a sector's children.
pub(super) fn share(sector: &Sector, column: &'static str, share: &SectorShare) -> PackRow {
    PackRow::new("sector_shares", format!("{}, {column}", sector.id), "value", &share.provenance).noted(&share.note)
}

/// Row of a sector's usual conditions.
pub(super) fn profile(sector: &Sector, column: &'static str) -> PackRow {
    PackRow::new("sector_profile", &sector.id, column, &sector.profile.provenance).noted(&sector.profile.note)
}

/// Row of a country's rate.
pub(super) fn rate(country: &Country) -> PackRow {
    match &country.rate_provenance {
        Some(provenance) => PackRow::new("countries", &country.iso3, "child_labour_rate", provenance),
        None => PackRow::unsourced("countries", &country.iso3, "income_group", &country.origin),
    }
}

/// Rows of what is known of a district, one for each value.
pub(super) fn district(d: &District) -> impl Iterator<Item = PackRow> {
    let known = [
        (d.birth_registration.is_some(), "birth_registration_rate", &d.birth_provenance),
        (d.out_of_school_girls.is_some(), "oos_girls", &d.school_provenance),
        (d.out_of_school_boys.is_some(), "oos_boys", &d.school_provenance),
        (d.calamity, "calamity", &d.calamity_provenance),
    ];
    known.into_iter().filter(|k| k.0).map(|(_, column, provenance)| match provenance {
        Some(provenance) => PackRow::new("districts", &d.id, column, provenance),
        None => PackRow::unsourced("districts", &d.id, column, &d.origin),
    })
}

/// Rates that surveys publish for a district or the whole of its province, each with the survey's name.
pub(super) fn observations(p: &Parameters, district: usize) -> impl Iterator<Item = (&Survey, &Observation, PackRow)> {
    let d = &p.districts[district];
    let here = move |place: &Place| match place {
        Place::District(row) => usize::from(*row) == district,
        Place::Province(name) => *name == d.province,
    };
    p.surveys.iter().filter(|s| s.country == d.country).flat_map(move |survey| {
        survey.observations.iter().filter(move |o| here(&o.place)).map(move |o| {
            let place = if matches!(o.place, Place::District(_)) { &d.id } else { &d.province };
            (survey, o, PackRow::new("indicators", format!("{place}, {}", survey.id), "value", &o.provenance))
        })
    })
}

/// Covariates of the small-area model in a district.
pub(super) fn covariates(p: &Parameters, district: usize) -> impl Iterator<Item = (&AreaCovariate, f64, PackRow)> {
    let d = &p.districts[district];
    p.area_covariates.iter().filter(|c| c.country == d.country).filter_map(move |c| {
        let v = c.values.get(district)?.as_ref()?;
        Some((c, v.value, PackRow::new("indicators", format!("{}, {}", d.id, c.id), "value", &v.provenance)))
    })
}

/// Row of a listing.
pub(super) fn listing(p: &Parameters, row: usize, column: &'static str) -> PackRow {
    let l = &p.listings[row];
    let key = format!("{}, {}", p.countries[usize::from(l.country)].iso3, p.sectors[usize::from(l.sector)].id);
    PackRow::new("goods_listings", key, column, &l.provenance)
}

/// Row of a recipe.
pub(super) fn recipe(p: &Parameters, row: usize) -> PackRow {
    let r = &p.recipes[row];
    let country = r.country.map_or("", |c| p.countries[usize::from(c)].iso3.as_str());
    let key = format!("{}, {}, {country}", p.sectors[usize::from(r.output)].id, p.sectors[usize::from(r.input)].id);
    PackRow::new("input_recipes", key, "share", &r.provenance)
}
