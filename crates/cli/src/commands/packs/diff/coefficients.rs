//! Parameters that differ, and what of the score each touches.

use serde_json::{Value, json};
use tierlight_core::parameters::{Parameters, Value as Parameter};

use crate::view::{more, table};

/// A parameter that differs.
pub struct Move {
    name: &'static str,
    before: Parameter,
    after: Parameter,
}

impl Move {
    pub fn json(&self) -> Value {
        let of = |x: &Parameter| json!({ "mean": x.mean, "sd": x.sd, "low": x.low, "high": x.high, "grade": x.provenance.grade.letter(), "source_key": x.provenance.source });
        json!({ "parameter": self.name, "before": of(&self.before), "after": of(&self.after), "touches": touches(self.name) })
    }
}

/// Parameters whose number, spread, grade or source differs, in the order of the method.
pub fn moves(before: &Parameters, after: &Parameters) -> Vec<Move> {
    let stated = |x: &Parameter| (x.mean, x.sd, x.low, x.high, x.provenance.grade, x.provenance.source.clone());
    let pairs = before.coefficients.iter().zip(after.coefficients.iter());
    let different = pairs.filter(|(b, a)| stated(b.1) != stated(a.1));
    different.map(|(b, a)| Move { name: b.0, before: b.1.clone(), after: a.1.clone() }).collect()
}

/// What of the score a parameter touches, by the family its name belongs to.
fn touches(name: &str) -> &'static str {
    const FAMILIES: [(&str, &str); 23] = [
        ("beta_fl_", "forced given child labour, at sites that state the condition or lie in such a district"),
        ("beta_girls_", "girls' share, in districts with the gap"),
        ("beta_listed", "prevalence in countries without a base of their own"),
        ("beta_", "prevalence, at sites that state or imply the condition, and centring"),
        ("kappa_", "prevalence, at sites in districts with a rate, and centring"),
        ("sigma_", "centring of every sector"),
        ("se_", "clean and found evidence by this method, and agents"),
        ("phi_", "found evidence by these methods"),
        ("mod_", "sensitivity of evidence gathered so"),
        ("half_life_found", "found evidence, by age"),
        ("half_life_not_found", "clean evidence, by age"),
        ("repeat_", "repeated evidence by one method"),
        ("relapse_", "found evidence after remediation"),
        ("girls_prior_", "girls' share where children were counted"),
        ("rho_", "presence at every site"),
        ("coverage_", "shares of buyers that state links but not their coverage"),
        ("agent_", "forced labour at sites that share an agent"),
        ("severity_", "severity and priority; no presence"),
        ("band_", "labels only; no number"),
        ("survey_", "the small-area model: estimates of all districts"),
        ("area_", "the small-area model: estimates of all districts"),
        ("level_sd_", "intervals of rates in countries without a base of their own"),
        ("child_labour_rate_high_income", "level of high-income countries without a rate"),
    ];
    let family = FAMILIES.iter().find(|(prefix, _)| name.starts_with(prefix));
    family.map_or("untraced purchases, and listings against their country's mean", |f| f.1)
}

pub fn text(moves: &[Move], limit: usize) -> String {
    if moves.is_empty() {
        return "\nparameters of the method: none differs\n".to_owned();
    }
    let mut out = format!("\nparameters of the method: {} differ\n", moves.len());
    let stated = |x: &Parameter| {
        let spread = x.sd.map_or(String::new(), |sd| format!(" ± {sd}"));
        format!("{}{spread} ({} {})", x.mean, x.provenance.grade.letter(), x.provenance.source)
    };
    out += &table(
        &["   parameter", "before", "after", "touches"],
        moves.iter().take(limit).map(|m| vec![format!("   {}", m.name), stated(&m.before), stated(&m.after), touches(m.name).to_owned()]),
    );
    out + &more(moves.len(), limit)
}
