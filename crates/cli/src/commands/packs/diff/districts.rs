//! District effects under both packs.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tierlight_core::parameters::Parameters;
use tierlight_core::risk::district::district_effects;

use super::change;
use crate::view::{log_odds, more, table};

/// Change below which nothing moved: rounding of the arithmetic.
const NOTHING: f64 = 1e-9;

/// A district that moves.
pub struct Move {
    id: String,
    name: String,
    /// Small-area estimate of child labour (log-odds), birth-registration gap, girls' school gap (standard deviations).
    before: [Option<f64>; 3],
    after: [Option<f64>; 3],
}

impl Move {
    fn size(&self) -> f64 {
        (0..3).map(|k| change(self.before[k], self.after[k]).abs()).fold(0.0, f64::max)
    }

    pub fn json(&self) -> Value {
        let of = |x: &[Option<f64>; 3]| json!({ "child_labour_log_odds": x[0], "birth_registration_gap": x[1], "girls_school_gap": x[2] });
        json!({ "district_id": self.id, "district": self.name, "before": of(&self.before), "after": of(&self.after) })
    }
}

/// Districts that move, largest first.
pub fn moves(before: &Parameters, after: &Parameters) -> anyhow::Result<Vec<Move>> {
    let (before, after) = (effects(before)?, effects(after)?);
    let ids: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let nothing = [None; 3];
    let mut out: Vec<Move> = ids
        .into_iter()
        .map(|id| Move {
            id: id.clone(),
            name: after.get(id).or_else(|| before.get(id)).map(|x| x.0.clone()).unwrap_or_default(),
            before: before.get(id).map_or(nothing, |x| x.1),
            after: after.get(id).map_or(nothing, |x| x.1),
        })
        .filter(|m| m.size() > NOTHING)
        .collect();
    out.sort_by(|a, b| b.size().total_cmp(&a.size()));
    Ok(out)
}

/// Name and numbers of each district, by id.
type Effects = BTreeMap<String, (String, [Option<f64>; 3])>;

fn effects(p: &Parameters) -> anyhow::Result<Effects> {
    let effects = district_effects(p)?;
    let values = |row: usize| {
        let e = &effects.effects[row];
        [effects.estimate(row).map(|x| x.log_odds), e.birth_gap, e.girls_school_gap]
    };
    Ok(p.districts.iter().enumerate().map(|(row, d)| (d.id.clone(), (d.name.clone(), values(row)))).collect())
}

pub fn text(moves: &[Move], limit: usize) -> String {
    if moves.is_empty() {
        return "\ndistricts: none moves\n".to_owned();
    }
    let mut out = format!("\ndistricts: {} move (estimated log-odds of child labour; gaps in standard deviations)\n", moves.len());
    let step = |m: &Move, k: usize| {
        let show = |x: Option<f64>| x.map_or("unknown".to_owned(), log_odds);
        if change(m.before[k], m.after[k]).abs() <= NOTHING {
            String::new()
        } else {
            format!("{} → {}", show(m.before[k]), show(m.after[k]))
        }
    };
    out += &table(
        &["   district", "name", ">child labour", ">birth registration gap", ">girls' school gap"],
        moves.iter().take(limit).map(|m| vec![format!("   {}", m.id), m.name.clone(), step(m, 0), step(m, 1), step(m, 2)]),
    );
    out + &more(moves.len(), limit)
}
