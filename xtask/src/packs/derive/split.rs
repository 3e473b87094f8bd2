//! Splits of an industry's b between its sectors, returning its mean.

use std::collections::BTreeMap;

use super::direct::Direct;
use super::industry::{IndustryBase, industry_base};
use super::inputs::{COUNTRY, Inputs};
use super::odds::{expit, logit, solve};

/// b of every industry and the split of each between its sectors.
#[derive(Debug)]
pub struct Splits {
    /// What was found for each industry that has workers.
    pub industries: BTreeMap<String, IndustryBase>,
    /// a of each industry that is split.
    pub intercepts: BTreeMap<String, f64>,
    /// b of every sector of the country that comes from an industry.
    pub bases: BTreeMap<String, f64>,
    /// Log-odds offset of a sector: structure, listing, hazard and its own.
    pub offsets: BTreeMap<String, f64>,
}

/// Sum of a sector's judged log-odds.
fn offset(inputs: &Inputs, sector: &str) -> anyhow::Result<f64> {
    let split = inputs.split(sector)?;
    let structure = match split.structure.as_str() {
        kind @ ("home" | "workshop" | "factory") => inputs.constant(&format!("structure_{kind}"))?,
        _ => 0.0,
    };
    // an industry with one sector, or a stated distance from its mean, needs no more
    if matches!(split.structure.as_str(), "single" | "mean") {
        return Ok(split.offset);
    }
    let hazardous = inputs.sectors.iter().any(|r| r.is(&[("sector_id", sector), ("hazardous_flag", "yes")]));
    let listed = if inputs.listed.contains(sector) { inputs.constant("offset_listed")? } else { 0.0 };
    Ok(structure + listed + if hazardous { inputs.constant("offset_hazardous")? } else { 0.0 } + split.offset)
}

/// What the sectors of an industry must average: its b, less the part that no sector stands for.
fn target(inputs: &Inputs, industry: &str, base: f64) -> anyhow::Result<f64> {
    if industry != "other_all" {
        return Ok(base);
    }
    let (weight, rate) = (inputs.constant("other_public_weight")?, inputs.constant("other_public_rate")?);
    Ok((base - weight * rate) / (1.0 - weight))
}

/// Sectors of an industry with their weights, which sum to 1.
pub fn weights<'a>(inputs: &'a Inputs, industry: &str) -> Vec<(&'a str, f64)> {
    let of = |s: &&super::inputs::Split| s.industry == industry && s.weight > 0.0;
    let total: f64 = inputs.split.values().filter(of).map(|s| s.weight).sum();
    inputs.split.iter().filter(|(_, s)| of(s)).map(|(id, s)| (id.as_str(), s.weight / total)).collect()
}

/// Splits every industry: logit b_s = a + offset_s, with a solved so that Σ weight_s · b_s is the industry's b.
pub fn splits(inputs: &Inputs, direct: &[Direct]) -> anyhow::Result<Splits> {
    let cap = inputs.constant("split_cap")?;
    let mut out = Splits { industries: BTreeMap::new(), intercepts: BTreeMap::new(), bases: BTreeMap::new(), offsets: BTreeMap::new() };
    for industry in &inputs.industries {
        let Some(found) = industry_base(inputs, industry)? else { continue };
        let members = weights(inputs, &industry.id);
        let mut terms = Vec::new();
        for &(id, weight) in &members {
            let own = direct.iter().find(|d| d.sector == id && d.country == COUNTRY && inputs.split[id].structure == "direct");
            terms.push((weight, own.map(|d| d.base), offset(inputs, id)?));
        }
        let value = |a: f64, own: Option<f64>, offset: f64| own.unwrap_or_else(|| expit(a + offset).min(cap));
        let mean = |a: f64| terms.iter().map(|&(w, own, o)| w * value(a, own, o)).sum();
        let wanted = target(inputs, &industry.id, found.base)?;
        let a = solve(wanted, mean);
        out.intercepts.insert(industry.id.clone(), a);
        for (id, split) in inputs.split.iter().filter(|(_, s)| s.industry == industry.id && s.structure != "direct") {
            let own = offset(inputs, id)?;
            let base = match split.structure.as_str() {
                "mean" => expit(logit(found.base) + own),
                "single" => found.base,
                _ => value(a, None, own),
            };
            out.offsets.insert(id.clone(), own);
            out.bases.insert(id.clone(), base);
        }
        out.industries.insert(industry.id.clone(), found);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packs::derive::direct::direct;

    #[test]
    fn sectors_average_to_their_industry() {
        let inputs = Inputs::read(&crate::root().join("datasets")).unwrap();
        let direct = direct(&inputs).unwrap();
        let splits = splits(&inputs, &direct).unwrap();
        for industry in inputs.industries.iter().filter(|i| !i.employment.is_empty()) {
            let mean: f64 = weights(&inputs, &industry.id)
                .into_iter()
                .map(|(id, w)| {
                    w * splits
                        .bases
                        .get(id)
                        .copied()
                        .unwrap_or_else(|| direct.iter().find(|d| d.sector == id && d.country == COUNTRY).unwrap().base)
                })
                .sum();
            let expected = target(&inputs, &industry.id, splits.industries[&industry.id].base).unwrap();
            assert!((mean - expected).abs() < 1e-6, "{}: {mean} against {expected}", industry.id);
        }
    }
}
