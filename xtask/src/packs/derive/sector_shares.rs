//! Rows of the table `sector_shares`: parts of a sector's child labour that are hazardous, forced, girls.

use anyhow::Context;

use super::direct::Direct;
use super::inputs::Inputs;
use super::odds::{expit, interval, logit, spread_of};
use super::split::weights;
use super::survey_shares::{IndustryShare, girls, hazardous, rake, survey_source};
use super::table::{Row, four};

/// Columns of the table.
pub const COLUMNS: [&str; 9] = ["sector_id", "share", "value", "low", "high", "derivation", "grade", "source_key", "note"];
/// The shares, in order.
pub const SHARES: [&str; 3] = ["hazardous", "forced", "girls"];

/// A share as it goes into the table.
#[derive(Debug, Clone)]
pub struct SectorShare {
    pub sector: String,
    pub share: &'static str,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub derivation: String,
    pub grade: String,
    pub source: String,
    pub note: String,
}

/// What the surveys say of a share in an industry.
pub fn of_industry(inputs: &Inputs, share: &str, industry: &str) -> anyhow::Result<Option<IndustryShare>> {
    let Some(industry) = inputs.industry(industry) else { return Ok(None) };
    match share {
        "girls" => girls(inputs, industry),
        "hazardous" => hazardous(inputs, industry),
        _ => Ok(None),
    }
}

fn stated<'a>(inputs: &'a Inputs, sector: &str, share: &str) -> Option<&'a Row> {
    inputs.shares.iter().find(|r| r.is(&[("sector_id", sector), ("share", share)]))
}

/// Shift of the judged shares of an industry. A sector with a source of its own stands as it is; one without any judgement starts
/// from the industry's value. Weights are children: workers times b.
pub fn shift(inputs: &Inputs, country: &[Direct], share: &str, industry: &str, found: &IndustryShare) -> anyhow::Result<f64> {
    let mut terms = Vec::new();
    for (sector, weight) in weights(inputs, industry) {
        let base = country.iter().find(|d| d.sector == sector).with_context(|| format!("base of {sector}"))?.base;
        let row = stated(inputs, sector, share);
        let value = row.map_or(Ok(found.value), |r| r.number("value"))?;
        terms.push((weight * base, value, row.is_some_and(|r| !r.is(&[("derivation", "judged")]))));
    }
    // an industry without sectors of its own (water collection) is its only sector
    Ok(if terms.is_empty() { 0.0 } else { rake(found.value, &terms) })
}

fn one(inputs: &Inputs, country: &[Direct], sector: &str, share: &'static str) -> anyhow::Result<SectorShare> {
    let industry = &inputs.split(sector)?.industry;
    let found = of_industry(inputs, share, industry)?;
    let row = stated(inputs, sector, share);
    let text = |column: &str| row.map_or(Ok(String::new()), |r| r.text(column).map(str::to_owned));
    let shift = found.as_ref().map(|f| shift(inputs, country, share, industry, f)).transpose()?.unwrap_or(0.0);
    let make = |value: f64, (low, high): (f64, f64)| SectorShare {
        sector: sector.to_owned(),
        share,
        value,
        low,
        high,
        derivation: String::new(),
        grade: String::new(),
        source: String::new(),
        note: String::new(),
    };
    let Some(row) = row else {
        // nothing is judged: the survey's value for the industry, moved by what the other sectors leave
        let found = found.with_context(|| format!("{sector}: no {share} share, and no survey of its industry"))?;
        let value = expit(logit(found.value) + shift);
        // what judged sectors of the industry leave is no better known than the judgement behind the shift
        let spread = spread_of(found.low, found.high);
        let weak = share == "hazardous" || shift.abs() > spread;
        let industry = inputs.industry(industry).context("industry")?;
        let places: Vec<String> = found.places.iter().map(|(place, value)| format!("{place} {value:.3}")).collect();
        let note = format!("{}: {}; with the other sectors of the industry the surveys' mean", industry.name, places.join(", "));
        return Ok(SectorShare {
            derivation: "derived".to_owned(),
            // the hazardous part of the younger children is carried over from one province
            grade: if weak { "D" } else { "C" }.to_owned(),
            source: survey_source(inputs, industry)?,
            note,
            ..make(value, interval(value, (spread * spread + shift * shift).sqrt()))
        });
    };
    let (value, judged) = (row.number("value")?, row.is(&[("derivation", "judged")]));
    let spread = row.maybe("spread")?.map_or_else(|| inputs.constant("spread_share_judged"), Ok)?;
    let value = if judged { expit(logit(value) + shift) } else { value };
    let note = match (&found, judged) {
        (Some(_), true) => {
            format!("{}: {}, moved by {shift:+.2} log-odds to the surveys' mean of the industry", text("note")?, text("value")?)
        }
        _ => text("note")?,
    };
    Ok(SectorShare {
        derivation: text("derivation")?,
        grade: text("grade")?,
        source: text("source_key")?,
        note,
        ..make(value, interval(value, spread))
    })
}

/// Every share of every sector.
pub fn sector_shares(inputs: &Inputs, country: &[Direct]) -> anyhow::Result<Vec<SectorShare>> {
    let mut out = Vec::new();
    for row in &inputs.sectors {
        for share in SHARES {
            out.push(one(inputs, country, row.text("sector_id")?, share)?);
        }
    }
    Ok(out)
}

/// Rows as text.
pub fn rows(of: &[SectorShare]) -> Vec<Vec<String>> {
    of.iter()
        .map(|s| {
            let mut cells = vec![s.sector.clone(), s.share.to_owned()];
            cells.extend([s.value, s.low, s.high].map(four));
            cells.extend([&s.derivation, &s.grade, &s.source, &s.note].map(Clone::clone));
            cells
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::derive::{direct::direct, sector_base, split::splits};

    #[test]
    fn shares_of_an_industry_average_to_the_surveys() {
        let inputs = Inputs::read(&crate::root().join("datasets")).unwrap();
        let direct = direct(&inputs).unwrap();
        let country = sector_base::country(&inputs, &splits(&inputs, &direct).unwrap(), &direct).unwrap();
        let shares = sector_shares(&inputs, &country).unwrap();
        for industry in &inputs.industries {
            for share in ["girls", "hazardous"] {
                let (mut part, mut whole) = (0.0, 0.0);
                for (sector, weight) in weights(&inputs, &industry.id) {
                    let children = weight * country.iter().find(|d| d.sector == sector).unwrap().base;
                    part += children * shares.iter().find(|s| s.sector == sector && s.share == share).unwrap().value;
                    whole += children;
                }
                let found = of_industry(&inputs, share, &industry.id).unwrap().unwrap();
                assert!(whole == 0.0 || (part / whole - found.value).abs() < 1e-6, "{} {share}: {}", industry.id, part / whole);
            }
        }
    }
}
