//! What a typical score rests on, by grade.

use crate::Assessment;
use crate::risk::term::Term;

/// Share of the absolute log-odds of child labour (1.1) that rests on each grade, A to E: the mean over the sites of some networks.
/// Arithmetic without a source of its own (centring) is left out; a site's own survey counts as A.
#[must_use]
pub fn grade_shares(assessments: &[Assessment<'_>]) -> [f64; 5] {
    let (mut mean, mut sites) = ([0.0; 5], 0.0);
    for a in assessments {
        for row in 0..a.network.sites().len() {
            let mut shares = [0.0; 5];
            a.model.child_labour_terms(row, &mut |term| {
                if term.term == Term::Measured {
                    shares[0] += 1.0;
                } else if let Some(provenance) = term.provenance {
                    shares[provenance.grade as usize] += term.value.abs();
                }
            });
            let total: f64 = shares.iter().sum();
            if total > 0.0 {
                sites += 1.0;
                for (sum, share) in mean.iter_mut().zip(shares) {
                    *sum += share / total;
                }
            }
        }
    }
    mean.map(|sum| if sites > 0.0 { sum / sites } else { 0.0 })
}
