//! From pack tables to the core's parameters.

use std::collections::HashMap;

use tierlight_core::model::CONDITIONS;
use tierlight_core::parameters::{
    Coefficients, Country, Derivation, District, Grade, Listing, Origin, Parameters, Planning, PlanningScalars, Provenance, Recipe,
    Reporting, Scale, Sector, SectorBase, SectorProfile, SectorShare, Source, Value,
};

use super::{PackTables, Row, inputs, reporting, seasons, surveys};
use crate::error::{Error, Result};
use crate::issue::cut;

/// A row that says where it is when something in it is wrong.
pub(super) struct Cells<'a> {
    pub(super) table: &'static str,
    pub(super) row: &'a Row,
}

impl Cells<'_> {
    pub(super) fn bad(&self, column: &str, expected: &str) -> Error {
        Error::Malformed {
            code: "pack",
            file: format!("pack {}: {}.csv", self.row.pack, self.table),
            row: self.row.number,
            column: column.to_owned(),
            found: format!("found `{}`", cut(self.row.get(column))),
            expected: expected.to_owned(),
            hint: "run `tierlight packs check` on the pack".to_owned(),
        }
    }

    pub(super) fn text(&self, column: &str) -> String {
        self.row.get(column).to_owned()
    }

    pub(super) fn maybe(&self, column: &str) -> Result<Option<f64>> {
        match self.row.get(column) {
            "" => Ok(None),
            text => text.parse().ok().filter(|x: &f64| x.is_finite()).map(Some).ok_or_else(|| self.bad(column, "a number or nothing")),
        }
    }

    fn number(&self, column: &str) -> Result<f64> {
        self.maybe(column)?.ok_or_else(|| self.bad(column, "a number"))
    }

    pub(super) fn within(&self, column: &str, low: f64, high: f64) -> Result<f64> {
        let found = self.number(column)?;
        if (low..=high).contains(&found) { Ok(found) } else { Err(self.bad(column, &format!("a number from {low} to {high}"))) }
    }

    fn share(&self, column: &str) -> Result<f64> {
        self.within(column, 0.0, 1.0)
    }

    /// A share with its 90 % interval, which must hold it.
    fn interval(&self, column: &str) -> Result<(f64, f64, f64)> {
        let (value, low, high) = (self.share(column)?, self.share("low")?, self.share("high")?);
        if low <= value && value <= high { Ok((value, low, high)) } else { Err(self.bad(column, "a number from low to high")) }
    }

    pub(super) fn flag(&self, column: &str) -> bool {
        matches!(self.row.get(column), "1" | "true" | "yes")
    }

    fn derivation(&self) -> Result<Derivation> {
        Derivation::from_slug(self.row.get("derivation")).ok_or_else(|| self.bad("derivation", "measured, derived or judged"))
    }

    fn scale(&self) -> Result<Scale> {
        Scale::from_slug(self.row.get("scale"))
            .ok_or_else(|| self.bad("scale", "log_odds, share, probability, count, hours, kilometres_per_hour, months, percent or ratio"))
    }

    pub(super) fn origin(&self) -> Origin {
        Origin { pack: self.row.pack.to_string(), row: self.row.number as u32 }
    }

    pub(super) fn provenance(&self) -> Result<Provenance> {
        self.provenance_in("grade", "source_key")?.ok_or_else(|| self.bad("source_key", "a source"))
    }

    pub(super) fn provenance_in(&self, grade: &str, source: &str) -> Result<Option<Provenance>> {
        if self.row.get(source).is_empty() {
            return Ok(None);
        }
        Ok(Some(Provenance {
            grade: Grade::from_letter(self.row.get(grade)).ok_or_else(|| self.bad(grade, "a grade A to E"))?,
            source: self.text(source),
            pack: self.row.pack.to_string(),
            row: self.row.number as u32,
        }))
    }
}

pub(super) fn parameters(tables: &PackTables) -> Result<Parameters> {
    let rows = |table: &'static str| tables.rows(table).map(move |row| Cells { table, row });
    let mut scalars = scalars(tables)?;
    let mut parameters = Parameters {
        packs: tables.stamps.clone(),
        coefficients: Coefficients::from_lookup(|name| scalars.remove(name))?,
        sectors: sectors(tables)?,
        bases: Vec::new(),
        countries: rows("countries").map(|c| country(&c)).collect::<Result<_>>()?,
        districts: Vec::new(),
        surveys: Vec::new(),
        area_covariates: Vec::new(),
        recipes: Vec::new(),
        listings: Vec::new(),
        sources: rows("sources").map(|c| source(&c)).collect(),
        reporting: Reporting::default(),
        planning: Planning { scalars: PlanningScalars::from_lookup(|name| scalars.remove(name))?, seasons: Vec::new() },
    };
    parameters.sources.sort_by(|a, b| a.key.cmp(&b.key));
    parameters.countries.sort_by(|a, b| a.iso3.cmp(&b.iso3));
    for cells in rows("sector_base") {
        let base = base(&cells, &parameters, tables)?;
        parameters.bases.push(base);
    }
    for cells in rows("districts") {
        let district = district(&cells, &parameters)?;
        parameters.districts.push(district);
    }
    parameters.districts.sort_by(|a, b| a.id.cmp(&b.id));
    surveys::read(tables, &mut parameters)?;
    for cells in rows("input_recipes") {
        let recipe = Recipe {
            output: sector_of(&cells, &parameters, "output_sector")?,
            input: sector_of(&cells, &parameters, "input_sector")?,
            country: country_of(&cells, &parameters)?,
            share: cells.maybe("share")?,
            provenance: cells.provenance()?,
        };
        parameters.recipes.push(recipe);
    }
    for cells in rows("goods_listings") {
        // a good can be listed for a place or a thing that no sector stands for
        let (Some(sector), Some(country)) = (parameters.sector(cells.row.get("sector_id")), country_of(&cells, &parameters)?) else {
            continue;
        };
        parameters.listings.push(Listing {
            country,
            sector,
            child_labour: cells.flag("child_labour"),
            forced_child_labour: cells.flag("forced_child_labour"),
            provenance: cells.provenance()?,
        });
    }
    parameters.reporting = reporting::read(tables, &parameters)?;
    parameters.planning.seasons = seasons::read(tables, &parameters)?;
    Ok(parameters)
}

fn scalars(tables: &PackTables) -> Result<HashMap<String, Value>> {
    let mut found: HashMap<String, Value> = HashMap::new();
    for row in tables.rows("parameters") {
        let cells = Cells { table: "parameters", row };
        let value = Value {
            mean: cells.number("mean")?,
            scale: cells.scale()?,
            sd: cells.maybe("sd")?,
            low: cells.maybe("low")?,
            high: cells.maybe("high")?,
            provenance: cells.provenance()?,
        };
        found.insert(cells.text("parameter"), value);
    }
    Ok(found)
}

/// Parts of each sector's child labour, by sector and name of the share.
fn shares(tables: &PackTables) -> Result<HashMap<(String, String), SectorShare>> {
    let mut shares = HashMap::new();
    for row in tables.rows("sector_shares") {
        let cells = Cells { table: "sector_shares", row };
        let (value, low, high) = cells.interval("value")?;
        let (derivation, provenance) = (cells.derivation()?, cells.provenance()?);
        let (note, inputs) = (cells.text("note"), inputs::of_share(tables, &cells)?);
        let share = SectorShare { value, low, high, derivation, provenance, note, inputs };
        shares.insert((cells.text("sector_id"), cells.text("share")), share);
    }
    Ok(shares)
}

fn sectors(tables: &PackTables) -> Result<Vec<Sector>> {
    let mut profiles: HashMap<String, SectorProfile> = HashMap::new();
    let mut parts = shares(tables)?;
    for row in tables.rows("sector_profile") {
        let cells = Cells { table: "sector_profile", row };
        let id = cells.text("sector_id");
        let mut part = |share: &str| {
            parts
                .remove(&(id.clone(), share.to_owned()))
                .ok_or_else(|| cells.bad("sector_id", &format!("a sector with a row {share} in sector_shares.csv")))
        };
        let mut shares = [0.0; CONDITIONS.len()];
        for condition in CONDITIONS {
            shares[condition.index()] = cells.share(&format!("p_{}", condition.slug()))?;
        }
        let profile = SectorProfile {
            input_share: cells.share("input_share")?,
            workers_median: cells.within("workers_median", 1.0, 1e6)?,
            workers_gsd: cells.within("workers_gsd", 1.0, 100.0)?,
            shares,
            mean_depth: cells.within("mean_depth", 0.0, 4.0)?,
            labour_intensity: cells.within("labour_intensity", 0.0, 1e6)?,
            hazardous_share: part("hazardous")?,
            forced_share: part("forced")?,
            girls_share: part("girls")?,
            provenance: cells.provenance()?,
            note: cells.text("note"),
        };
        profiles.insert(id, profile);
    }
    let mut sectors = Vec::new();
    for row in tables.rows("sectors") {
        let cells = Cells { table: "sectors", row };
        let id = cells.text("sector_id");
        let list = |column: &str| -> Vec<String> {
            row.get(column).split(';').map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).collect()
        };
        let mut peak_months = 0;
        for month in list("season_peak_months") {
            let month: u32 =
                month.parse().ok().filter(|m| (1..=12).contains(m)).ok_or_else(|| cells.bad("season_peak_months", "months 1 to 12"))?;
            peak_months |= 1 << (month - 1);
        }
        sectors.push(Sector {
            profile: profiles.remove(&id).ok_or_else(|| cells.bad("sector_id", "a sector with a row in sector_profile.csv"))?,
            name: cells.text("name"),
            broad: cells.text("broad"),
            isic: list("isic_rev4"),
            hs: list("hs_2022"),
            hazard_notes: cells.text("hazard_notes"),
            peak_months,
            provenance: cells.provenance()?,
            id,
        });
    }
    sectors.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(sectors)
}

fn country(cells: &Cells<'_>) -> Result<Country> {
    let bounds = [cells.maybe("lat_min")?, cells.maybe("lat_max")?, cells.maybe("lon_min")?, cells.maybe("lon_max")?];
    Ok(Country {
        iso3: cells.text("iso3"),
        name: cells.text("name"),
        subregion: cells.text("subregion"),
        income_group: cells.text("income_group"),
        rate: cells.maybe("child_labour_rate")?,
        rate_comparable: cells.row.get("rate_kind") == "economic_5_17",
        rate_provenance: cells.provenance_in("rate_grade", "rate_source_key")?,
        poverty: cells.maybe("poverty_headcount")?,
        poverty_provenance: cells.provenance_in("poverty_grade", "poverty_source_key")?,
        bounds: match bounds {
            [Some(a), Some(b), Some(c), Some(d)] => Some([a, b, c, d]),
            _ => None,
        },
        origin: cells.origin(),
    })
}

fn source(cells: &Cells<'_>) -> Source {
    Source {
        key: cells.text("source_key"),
        title: cells.text("title"),
        publisher: cells.text("publisher"),
        year: cells.text("year"),
        definition: cells.text("definition"),
        caveats: cells.text("caveats"),
        origin: cells.origin(),
    }
}

fn base(cells: &Cells<'_>, parameters: &Parameters, tables: &PackTables) -> Result<SectorBase> {
    let (base, low, high) = cells.interval("base")?;
    Ok(SectorBase {
        sector: sector_of(cells, parameters, "sector_id")?,
        country: country_of(cells, parameters)?,
        reported: cells.share("base_reported")?,
        reporting: cells.within("reporting", 1e-3, 1.0)?,
        base,
        low,
        high,
        derivation: cells.derivation()?,
        area: area(cells)?,
        provenance: cells.provenance()?,
        note: cells.text("note"),
        inputs: inputs::of_base(tables, cells)?,
    })
}

/// Provinces that a base is the average of; none when it is of the whole country, named by its code, or of any.
fn area(cells: &Cells<'_>) -> Result<Vec<String>> {
    let text = cells.row.get("area");
    if text.is_empty() || text == cells.row.get("country_iso3") {
        return Ok(Vec::new());
    }
    let reference = cells.row.get("country_iso3").is_empty();
    let provinces: Vec<String> = text.split('|').map(|p| p.trim().to_owned()).collect();
    if reference || provinces.iter().any(String::is_empty) {
        return Err(cells.bad("area", "provinces joined by |, the code of the country, or nothing on a reference row"));
    }
    Ok(provinces)
}

fn district(cells: &Cells<'_>, parameters: &Parameters) -> Result<District> {
    // a pack of districts names their country; the built-in one is of one country
    let country = country_of(cells, parameters)?.ok_or_else(|| cells.bad("country_iso3", "the country of the district"))?;
    let mut variants: Vec<String> =
        cells.row.get("alt_names").split('|').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect();
    let local = cells.text("name_ur");
    if !local.is_empty() {
        variants.push(local);
    }
    let parent = cells.text("parent_id");
    Ok(District {
        id: cells.text("district_id"),
        name: cells.text("name"),
        variants,
        province: cells.text("province"),
        country,
        parent: (!parent.is_empty()).then_some(parent),
        population: cells.maybe("population_2023")?,
        birth_registration: cells.maybe("birth_registration_rate")?,
        birth_provenance: cells.provenance_in("birth_grade", "birth_source_key")?,
        out_of_school_girls: cells.maybe("oos_girls")?,
        out_of_school_boys: cells.maybe("oos_boys")?,
        school_provenance: cells.provenance_in("oos_grade", "oos_source_key")?,
        calamity: cells.flag("calamity"),
        calamity_provenance: cells.provenance_in("calamity_grade", "calamity_source_key")?,
        centre: cells.maybe("lat")?.zip(cells.maybe("lon")?).map(|(lat, lon)| [lat, lon]),
        origin: cells.origin(),
    })
}

pub(super) fn sector_of(cells: &Cells<'_>, parameters: &Parameters, column: &str) -> Result<u16> {
    parameters.sector(cells.row.get(column)).ok_or_else(|| cells.bad(column, "a sector of sectors.csv"))
}

/// Country of a row; a blank is any country.
pub(super) fn country_of(cells: &Cells<'_>, parameters: &Parameters) -> Result<Option<u16>> {
    match cells.row.get("country_iso3") {
        "" => Ok(None),
        iso3 => parameters.country(iso3).map(Some).ok_or_else(|| cells.bad("country_iso3", "a country of countries.csv")),
    }
}
