//! Which parameters move results most: each shifted alone by one standard deviation, up and down.

use rayon::prelude::*;

use crate::error::Result;
use crate::model::Network;
use crate::parameters::{Coefficients, Grade, Parameters, SectorProfile, SectorShare, Value};
use crate::risk::district::{DistrictEffects, district_effects};
use crate::risk::logit::{Z90, expit, logit};
use crate::{Options, ReachBy, Silent, assess_in};

/// What a shift of one parameter, or of a group that varies together, does to results.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Lever {
    /// Name in `parameters.csv`, or of the group.
    pub name: String,
    /// Worst grade among the values shifted.
    pub grade: Grade,
    /// Mean absolute change of the log-odds of presence, over sites and hazards and both directions.
    pub presence: f64,
    /// Mean absolute change of the logarithm of the linked share of child labour, over sites and both directions.
    pub linked_share: f64,
}

/// Shifts every parameter that states a spread; those that state none are not in the result. In falling order of the larger change.
///
/// Cost: two assessments of every network per parameter.
///
/// # Errors
/// Any error of an assessment.
pub fn sensitivity(networks: &[Network], parameters: &Parameters) -> Result<Vec<Lever>> {
    let districts = district_effects(parameters)?;
    let base = results(networks, parameters, &districts)?;
    let shifts = shifts(parameters);
    let levers: Result<Vec<Lever>> = shifts
        .par_iter()
        .map(|shift| {
            let mut lever = Lever { name: shift.name.clone(), grade: shift.grade, presence: 0.0, linked_share: 0.0 };
            for sign in [-1.0, 1.0] {
                let mut shifted = parameters.clone();
                let mut effects = districts.clone();
                (shift.apply)(&mut shifted, &mut effects, sign)?;
                let found = results(networks, &shifted, &effects)?;
                lever.presence += 0.5 * mean_change(&base.0, &found.0);
                lever.linked_share += 0.5 * mean_change(&base.1, &found.1);
            }
            Ok(lever)
        })
        .collect();
    let mut levers = levers?;
    levers.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.name.cmp(&b.name)));
    Ok(levers)
}

fn size(lever: &Lever) -> f64 {
    lever.presence.max(lever.linked_share)
}

/// Log-odds of presence of all sites and hazards; logarithms of the linked shares.
fn results(networks: &[Network], parameters: &Parameters, districts: &DistrictEffects) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut presence, mut linked) = (Vec::new(), Vec::new());
    let options = Options { reach: ReachBy::Nothing, ..Options::default() };
    for network in networks {
        let a = assess_in(network, parameters, districts.clone(), &options, &Silent)?;
        presence.extend(a.updated.iter().flat_map(|u| u.presence).map(logit));
        linked.extend(a.exposure.iter().map(|e| libm::log(e.linked(0).max(f64::MIN_POSITIVE))));
    }
    Ok((presence, linked))
}

fn mean_change(before: &[f64], after: &[f64]) -> f64 {
    before.iter().zip(after).map(|(a, b)| (a - b).abs()).sum::<f64>() / before.len().max(1) as f64
}

type Apply = Box<dyn Fn(&mut Parameters, &mut DistrictEffects, f64) -> Result<()> + Sync>;

/// A share of a sector's profile.
type Share = fn(&mut SectorProfile) -> &mut SectorShare;

struct Shift {
    name: String,
    grade: Grade,
    apply: Apply,
}

fn shifts(parameters: &Parameters) -> Vec<Shift> {
    let mut out: Vec<Shift> = parameters
        .coefficients
        .iter()
        .filter_map(|(name, value)| {
            let sd = value.sd.filter(|sd| *sd > 0.0)?;
            // these act through the fit of the small-area model
            let refit = name.starts_with("survey_") || name.starts_with("area_");
            let apply: Apply = Box::new(move |p, effects, sign| {
                p.coefficients = shifted(&p.coefficients, name, sign * sd)?;
                if refit {
                    *effects = district_effects(p)?;
                }
                Ok(())
            });
            Some(Shift { name: name.to_owned(), grade: value.provenance.grade, apply })
        })
        .collect();
    let worst = |grades: &mut dyn Iterator<Item = Grade>| grades.max().unwrap_or(Grade::E);
    out.push(Shift {
        name: "sector base prevalences".to_owned(),
        grade: worst(&mut parameters.bases.iter().map(|b| b.provenance.grade)),
        apply: Box::new(|p, _, sign| {
            for b in &mut p.bases {
                let sd = (logit(b.high) - logit(b.low)) / (2.0 * Z90);
                b.base = expit(logit(b.base) + sign * sd);
            }
            Ok(())
        }),
    });
    let shares: [(&str, Share); 3] = [
        ("hazardous shares", |p| &mut p.hazardous_share),
        ("forced shares", |p| &mut p.forced_share),
        ("girls' shares", |p| &mut p.girls_share),
    ];
    for (name, share) in shares {
        out.push(Shift {
            name: name.to_owned(),
            grade: worst(&mut parameters.sectors.iter().map(|s| share(&mut s.profile.clone()).provenance.grade)),
            apply: Box::new(move |p, _, sign| {
                for s in &mut p.sectors {
                    let x = share(&mut s.profile);
                    x.value = expit(logit(x.value) + sign * (logit(x.high) - logit(x.low)) / (2.0 * Z90));
                }
                Ok(())
            }),
        });
    }
    out.push(Shift {
        name: "district estimates".to_owned(),
        grade: Grade::C,
        apply: Box::new(|_, effects, sign| {
            // all moved one way would cancel against their mean: every other one goes the other way
            for (k, e) in effects.estimates.iter_mut().enumerate() {
                e.log_odds += if k % 2 == 0 { sign * e.sd } else { -sign * e.sd };
            }
            Ok(())
        }),
    });
    out
}

/// Coefficients with one of them moved, inside its stated range.
fn shifted(coefficients: &Coefficients, name: &str, by: f64) -> Result<Coefficients> {
    Coefficients::from_lookup(|wanted| {
        let (_, value) = coefficients.iter().find(|(n, _)| *n == wanted)?;
        let mut value: Value = value.clone();
        if wanted == name {
            let moved = value.mean + by;
            value.mean = moved.max(value.low.unwrap_or(moved)).min(value.high.unwrap_or(moved));
        }
        Some(value)
    })
}
