//! Sectors whose base prevalence comes from counts of their own, or is judged alone.

use anyhow::{Context, bail};

use super::inputs::Inputs;
use super::odds::{base_interval, expit, logit};
use super::table::Row;

/// A base that comes from no industry.
#[derive(Debug, Clone)]
pub struct Direct {
    pub sector: String,
    /// Blank is the reference profile.
    pub country: String,
    pub reported: f64,
    pub reporting: f64,
    pub base: f64,
    pub low: f64,
    pub high: f64,
    pub derivation: String,
    pub area: String,
    pub year: String,
    pub grade: String,
    pub source: String,
    pub note: String,
}

/// Children over workers, with a column of factors.
fn ratio(counts: &[&Row], factor: &str) -> anyhow::Result<f64> {
    let (mut children, mut workers) = (0.0, 0.0);
    for row in counts {
        let part = row.number("count")? * row.maybe(factor)?.map_or_else(|| row.number("factor"), Ok)?;
        match row.text("side")? {
            "children" => children += part,
            "workers" => workers += part,
            other => bail!("sector_counts.csv: found side `{other}`, expected children or workers"),
        }
    }
    Ok(children / workers)
}

/// Every row of `sector_direct`: a stated value, else counts of its own, else the log-odds mean of the measured countries.
pub fn direct(inputs: &Inputs) -> anyhow::Result<Vec<Direct>> {
    let mut out: Vec<Direct> = Vec::new();
    // reference rows last: they may stand on the countries
    let (reference, own): (Vec<&Row>, Vec<&Row>) = inputs.direct.iter().partition(|r| r.is(&[("country_iso3", "")]));
    for row in own.into_iter().chain(reference) {
        let text = |column: &str| row.text(column).map(str::to_owned);
        let (sector, country) = (text("sector_id")?, text("country_iso3")?);
        let reporting = match row.text("respondent")? {
            "child" => inputs.constant("reporting_child_respondent")?,
            "proxy" => inputs.constant("reporting_proxy_respondent")?,
            _ => 1.0,
        };
        let counts: Vec<&Row> = inputs.counts.iter().filter(|r| r.is(&[("sector_id", &sector), ("country_iso3", &country)])).collect();
        let reported = match row.maybe("value")? {
            Some(value) => value,
            None if !counts.is_empty() => ratio(&counts, "factor")?,
            None => {
                let measured: Vec<f64> =
                    out.iter().filter(|d| d.sector == sector && d.derivation == "measured").map(|d| logit(d.reported)).collect();
                expit(measured.iter().sum::<f64>() / measured.len() as f64)
            }
        };
        let base = reported / reporting;
        let (low, high) = match row.maybe("spread")? {
            Some(spread) => base_interval(base, spread),
            None => (ratio(&counts, "factor_low").context("low")? / reporting, ratio(&counts, "factor_high").context("high")? / reporting),
        };
        out.push(Direct {
            sector,
            country,
            reported,
            reporting,
            base,
            low,
            high,
            derivation: text("derivation")?,
            area: text("area")?,
            year: text("year")?,
            grade: text("grade")?,
            source: text("source_key")?,
            note: text("note")?,
        });
    }
    Ok(out)
}
