//! Base prevalences of sectors in countries, under both packs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tierlight_core::model::HAZARDS;
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::base::Priors;
use tierlight_core::risk::district::district_effects;

use super::log_odds_change;
use crate::view::{log_odds, more, percent, table};

/// Log-odds below which nothing moved: rounding of the arithmetic.
const NOTHING: f64 = 1e-9;

/// A sector in a country that moves.
pub struct Move {
    sector: String,
    country: String,
    /// By hazard; `None` where the packs do not have it.
    before: Option<[f64; 3]>,
    after: Option<[f64; 3]>,
}

impl Move {
    /// Change of a hazard in log-odds; infinite when only one of the two has it.
    fn change(&self, h: usize) -> f64 {
        match (self.before, self.after) {
            (Some(before), Some(after)) => log_odds_change(before[h], after[h]),
            (None, None) => 0.0,
            _ => f64::INFINITY,
        }
    }

    /// Largest change of any hazard.
    fn size(&self) -> f64 {
        (0..3).map(|h| self.change(h).abs()).fold(0.0, f64::max)
    }

    pub fn json(&self) -> Value {
        let hazards: serde_json::Map<String, Value> = HAZARDS
            .iter()
            .map(|hazard| {
                let h = hazard.index();
                let change = Some(self.change(h)).filter(|x| x.is_finite());
                let value = json!({ "before": self.before.map(|b| b[h]), "after": self.after.map(|a| a[h]), "log_odds": change });
                (hazard.slug().to_owned(), value)
            })
            .collect();
        json!({ "sector": self.sector, "country": self.country, "hazards": hazards })
    }
}

type Levels = BTreeMap<(String, String), [f64; 3]>;

/// Sectors that move, largest first.
pub fn moves(before: &Parameters, after: &Parameters, country: Option<&str>) -> Result<Vec<Move>, tierlight_core::Error> {
    let (before, after) = (levels(before, country)?, levels(after, country)?);
    let keys: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
    let mut out: Vec<Move> = keys
        .into_iter()
        .map(|key| Move { sector: key.0.clone(), country: key.1.clone(), before: before.get(key).copied(), after: after.get(key).copied() })
        .filter(|m| m.size() > NOTHING)
        .collect();
    out.sort_by(|a, b| b.size().total_cmp(&a.size()));
    Ok(out)
}

/// Base prevalence of every sector that has one, by sector and country.
fn levels(p: &Parameters, country: Option<&str>) -> Result<Levels, tierlight_core::Error> {
    let effects = district_effects(p)?;
    let priors = Priors::new(p, &effects)?;
    let mut out = Levels::new();
    for (c, row) in p.countries.iter().enumerate().filter(|(_, c)| country.is_none_or(|iso3| c.iso3 == iso3)) {
        for (s, sector) in p.sectors.iter().enumerate() {
            if priors.base_row(c as u16, s as u16).is_some() {
                out.insert((sector.id.clone(), row.iso3.clone()), priors.sector_base(c as u16, s as u16)?);
            }
        }
    }
    Ok(out)
}

/// One line for each sector of the country; without a country, for each sector the country that moves most.
pub fn text(moves: &[Move], country: Option<&str>, limit: usize) -> String {
    if moves.is_empty() {
        return "base prevalences of sectors: none moves\n".to_owned();
    }
    let mut shown: Vec<(&Move, usize)> = Vec::new();
    for m in moves {
        match shown.iter_mut().find(|(first, _)| country.is_none() && first.sector == m.sector) {
            Some((_, countries)) => *countries += 1,
            None => shown.push((m, 1)),
        }
    }
    let mut out = format!("base prevalences of sectors, at their usual conditions: {} move", moves.len());
    out += if country.is_some() { "\n" } else { "; each sector with the country that moves most (--country gives one country)\n" };
    let level = |x: Option<[f64; 3]>| x.map_or("-".to_owned(), |x| percent(x[0]));
    let step = |x: f64| if x.is_finite() { log_odds(x) } else { "new or gone".to_owned() };
    out += &table(
        &["   sector", "country", ">countries", ">before", ">after", ">child labour", ">hazardous", ">forced (log-odds)"],
        shown.iter().take(limit).map(|(m, countries)| {
            vec![
                format!("   {}", m.sector),
                m.country.clone(),
                countries.to_string(),
                level(m.before),
                level(m.after),
                step(m.change(0)),
                step(m.change(1)),
                step(m.change(2)),
            ]
        }),
    );
    out + &more(shown.len(), limit)
}
