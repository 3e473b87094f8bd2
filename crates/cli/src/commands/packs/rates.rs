//! `packs show rates`: base rates of every sector in a country, by hazard and sex, with intervals.

use std::fmt::Write;

use serde_json::{Value, json};
use tierlight_core::model::HAZARDS;
use tierlight_core::parameters::Sector;
use tierlight_core::risk::base::{LevelBasis, Priors};
use tierlight_core::risk::district::district_effects;
use tierlight_core::risk::logit::Interval;
use tierlight_core::risk::rates::SectorRates;
use tierlight_data::packs::Packs;

use crate::args::Format;
use crate::exit::usage;
use crate::view::{percent, table};

/// Name of the table in `packs show`. No pack holds it: it is computed.
pub const TABLE: &str = "rates";

pub fn show(packs: &Packs, country: Option<&str>, find: Option<&str>, limit: usize, format: Format) -> anyhow::Result<String> {
    let name = country.ok_or_else(|| usage("rates are of a country", "say which: `packs show rates --country PK`"))?;
    let row = crate::input::country(packs, name)?;
    let p = &packs.parameters;
    let districts = district_effects(p)?;
    let priors = Priors::new(p, &districts)?;
    let wanted = find.map(str::to_lowercase);
    let matches = |s: &Sector| wanted.as_ref().is_none_or(|t| [&s.id, &s.name, &s.broad].iter().any(|c| c.to_lowercase().contains(t)));
    let mut found: Vec<(&Sector, SectorRates)> = Vec::new();
    for (index, sector) in p.sectors.iter().enumerate().filter(|(_, s)| matches(s)) {
        found.push((sector, priors.rates(row, index as u16)?));
    }
    let country = &p.countries[usize::from(row)];
    let reported = |rates: &SectorRates| {
        let base = &p.bases[rates.base_row];
        (rates.hazards[0].mean * base.reporting, base.reporting)
    };
    if format == Format::Json {
        let rows: Vec<Value> =
            found.iter().take(limit).map(|(sector, rates)| as_json(&country.iso3, sector, rates, reported(rates))).collect();
        return Ok(serde_json::to_string_pretty(&rows)? + "\n");
    }
    let mut out = format!("{} ({}): children in the workforce of each sector, 90 % intervals in brackets\n\n", country.name, country.iso3);
    let header =
        ["sector", ">child labour", ">reported", ">r", ">hazardous", ">forced", ">girls", ">boys", "found", "level", "grade", "source"];
    let shown = found.iter().take(limit);
    out += &table(
        &header,
        shown.clone().map(|(sector, rates)| {
            let [girls, boys] = rates.sexes(0).map(|x| percent(x.mean));
            let [all, hazardous, forced] = rates.hazards.map(between);
            let (reported, reporting) = reported(rates);
            let grade = rates.grade.letter().to_owned();
            let (level, source) = (rates.basis.slug().to_owned(), rates.sources[0].clone());
            let found = rates.derivation.slug().to_owned();
            vec![
                sector.id.clone(),
                all,
                percent(reported),
                reporting.to_string(),
                hazardous,
                forced,
                girls,
                boys,
                found,
                level,
                grade,
                source,
            ]
        }),
    );
    writeln!(
        out,
        "\n{} of {} sectors; --limit and --find choose, --format json gives all intervals and sources",
        shown.len(),
        found.len()
    )?;
    out += &note(&found);
    Ok(out)
}

/// What the level says of the country, for people.
fn note(found: &[(&Sector, SectorRates)]) -> String {
    let Some((_, rates)) = found.iter().find(|(_, r)| r.basis != LevelBasis::OwnBase) else { return String::new() };
    match rates.basis {
        LevelBasis::OwnRate | LevelBasis::OwnBase => String::new(),
        LevelBasis::IncomeGroup => "no survey of this country: the rate judged for high-income countries stands in\n".to_owned(),
        LevelBasis::Poverty => "no survey of this country: its level is guessed from poverty, and the intervals are wide\n".to_owned(),
        LevelBasis::Subregion => {
            "no survey of this country: the median of its sub-region stands in, and the intervals are wide\n".to_owned()
        }
        LevelBasis::World => {
            "no survey of this country or of enough neighbours: the world's rate stands in, and the intervals are wide\n".to_owned()
        }
    }
}

fn between(x: Interval) -> String {
    format!("{} [{}–{}]", percent(x.mean), percent(x.low).trim_end_matches(" %"), percent(x.high).trim_end_matches(" %"))
}

fn interval(x: Interval) -> Value {
    json!({ "mean": x.mean, "low": x.low, "high": x.high })
}

fn as_json(iso3: &str, sector: &Sector, rates: &SectorRates, (reported, reporting): (f64, f64)) -> Value {
    let mut object = json!({
        "sector_id": sector.id,
        "country_iso3": iso3,
        "reported": reported,
        "reporting": reporting,
        "derivation": rates.derivation.slug(),
        "level": rates.basis.slug(),
        "grade": rates.grade.letter(),
        "girls_share": interval(rates.girls_share),
        "sources": rates.sources,
    });
    let p = &sector.profile;
    for (name, share) in [("hazardous_share", &p.hazardous_share), ("forced_share", &p.forced_share), ("girls_share", &p.girls_share)] {
        object[format!("{name}_grade")] = share.provenance.grade.letter().into();
        object[format!("{name}_source")] = share.provenance.source.clone().into();
        object[format!("{name}_derivation")] = share.derivation.slug().into();
    }
    for hazard in HAZARDS {
        let h = hazard.index();
        let [girls, boys] = rates.sexes(h);
        object[hazard.slug()] = json!({ "all": interval(rates.hazards[h]), "girls": interval(girls), "boys": interval(boys) });
    }
    object
}
