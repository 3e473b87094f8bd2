//! Rows of the tables `sector_base`: the country of the surveys, and the reference profile for any country.

use anyhow::Context;

use super::direct::Direct;
use super::industry::surveyed_rate;
use super::inputs::{COUNTRY, Inputs, Split};
use super::odds::{base_interval, expit, logit, spread_of};
use super::split::Splits;
use super::table::four;

/// Columns of both tables.
pub const COLUMNS: [&str; 13] = [
    "sector_id",
    "country_iso3",
    "base_reported",
    "reporting",
    "base",
    "low",
    "high",
    "derivation",
    "area",
    "year",
    "grade",
    "source_key",
    "note",
];

fn cells(d: &Direct) -> Vec<String> {
    let numbers = [d.reported, d.reporting, d.base, d.low, d.high].map(four);
    let head = [d.sector.clone(), d.country.clone()];
    let tail = [&d.derivation, &d.area, &d.year, &d.grade, &d.source, &d.note].map(Clone::clone);
    head.into_iter().chain(numbers).chain(tail).collect()
}

/// The row of a sector that comes from its industry.
fn from_industry(inputs: &Inputs, splits: &Splits, sector: &str, split: &Split) -> anyhow::Result<Direct> {
    let industry = inputs.industry(&split.industry).with_context(|| format!("industry {}", split.industry))?;
    let place = industry.places.first().with_context(|| format!("places of {}", industry.id))?;
    let survey = inputs.surveyed(place, &industry.id, "all", super::inputs::AGES)?;
    let reporting = inputs.constant("reporting_proxy_respondent")?;
    let base = splits.bases[sector];
    let (low, high) = base_interval(base, split.spread);
    let source = survey.text("source_key")?;
    let note = if split.structure == "single" {
        format!(
            "C/(C+A) of the industry; adult workers from the labour force survey{}",
            if split.note.is_empty() { String::new() } else { format!(". {}", split.note) }
        )
    } else {
        let mut of = vec![match split.structure.as_str() {
            "home" => "home-based",
            "crop" => "crop or herd",
            "own" => "own offset",
            other => other,
        }];
        of.extend(inputs.listed.contains(sector).then_some("listed"));
        of.extend(inputs.sectors.iter().any(|r| r.is(&[("sector_id", sector), ("hazardous_flag", "yes")])).then_some("hazardous"));
        format!(
            "Split of {} (C/(C+A), {source}) by judged log-odds {:+.2} ({})",
            industry.name.to_lowercase(),
            splits.offsets[sector],
            of.join(", ")
        )
    };
    Ok(Direct {
        sector: sector.to_owned(),
        country: COUNTRY.to_owned(),
        reported: base * reporting,
        reporting,
        base,
        low,
        high,
        derivation: split.derivation.clone(),
        area: industry.places.join("|"),
        year: survey.text("year")?.to_owned(),
        grade: split.grade.clone(),
        source: if split.derivation == "derived" { source.to_owned() } else { "own_assess".to_owned() },
        note,
    })
}

/// The rows of the country of the surveys.
pub fn country(inputs: &Inputs, splits: &Splits, direct: &[Direct]) -> anyhow::Result<Vec<Direct>> {
    let mut out = Vec::new();
    for row in &inputs.sectors {
        let sector = row.text("sector_id")?;
        if let Some(own) = direct.iter().find(|d| d.sector == sector && d.country == COUNTRY) {
            out.push(own.clone());
            continue;
        }
        let split = inputs.split(sector)?;
        // what the country does not grow or mine has no row of its own
        if !matches!(split.structure.as_str(), "direct" | "mean") {
            out.push(from_industry(inputs, splits, sector, split)?);
        }
    }
    Ok(out)
}

/// Log-odds from the surveyed provinces to the world.
pub fn shift(inputs: &Inputs) -> anyhow::Result<f64> {
    Ok(logit(inputs.world_rate) - logit(surveyed_rate(inputs)?))
}

/// The reference profile, and the countries that were measured themselves.
pub fn world(inputs: &Inputs, splits: &Splits, direct: &[Direct], country: &[Direct]) -> anyhow::Result<Vec<Direct>> {
    let (shift, transfer) = (shift(inputs)?, inputs.constant("spread_transfer")?);
    let reporting = inputs.constant("reporting_proxy_respondent")?;
    let mut out = Vec::new();
    for row in &inputs.sectors {
        let sector = row.text("sector_id")?;
        if let Some(own) = direct.iter().find(|d| d.sector == sector && d.country.is_empty()) {
            out.push(own.clone());
            continue;
        }
        let split = inputs.split(sector)?;
        let moved = |own: &Direct, spread: f64, note: String| {
            let work = inputs.industry(&split.industry).is_some_and(|i| !i.employment.is_empty());
            let base = if work { expit(logit(own.base) + shift) } else { own.base };
            let (low, high) = base_interval(base, (spread * spread + transfer * transfer).sqrt());
            Direct {
                country: String::new(),
                reported: base * own.reporting,
                base,
                low,
                high,
                derivation: "judged".to_owned(),
                area: String::new(),
                year: if work { "2024".to_owned() } else { String::new() },
                grade: "E".to_owned(),
                source: if work { "ilo_unicef_2024" } else { "own_assess" }.to_owned(),
                note: if work { note } else { "Judged; same as in Pakistan for want of anything better".to_owned() },
                ..own.clone()
            }
        };
        if let Some(own) = country.iter().find(|d| d.sector == sector) {
            let note =
                format!("Profile of Pakistan moved by {shift:+.3} log-odds to the world level; relative risks are assumed to carry over");
            out.push(moved(own, spread_of(own.low, own.high), note));
        } else {
            let base = splits.bases[sector];
            let own = Direct { sector: sector.to_owned(), reporting, base, ..country[0].clone() };
            let note = format!("Judged profile moved to the world level: agriculture {:+.1} log-odds. {}", split.offset, split.note);
            out.push(moved(&own, split.spread, note));
        }
    }
    out.extend(direct.iter().filter(|d| !d.country.is_empty() && d.country != COUNTRY).cloned());
    Ok(out)
}

/// Rows as text.
pub fn rows(of: &[Direct]) -> Vec<Vec<String>> {
    of.iter().map(cells).collect()
}
