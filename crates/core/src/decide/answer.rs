//! What an answer about a condition of a site would change: which questions to ask first. Equation (6.3).

use crate::assess::{Assessment, update_site};
use crate::model::{CONDITIONS, Condition, Hazard, Role};
use crate::risk::conditions::SMALL;
use crate::risk::inherent::Inherent;
use crate::risk::logit::expit;
use crate::risk::presence::survival_exponent;
use crate::risk::term::Term;

/// A condition of a site, and presence of child labour under either answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    /// Condition.
    pub condition: Condition,
    /// What is known of it today; `None` is unknown.
    pub state: Option<bool>,
    /// Presence if the answer is yes.
    pub if_yes: f64,
    /// Presence if it is no.
    pub if_no: f64,
}

impl Answer {
    /// How far apart the answers put the site.
    #[must_use]
    pub fn spread(&self) -> f64 {
        (self.if_yes - self.if_no).abs()
    }
}

/// What each condition's answer would make of a site (6.3): its term in (1.1) and (1.2) at 1 and at 0, all else as it is, updated by the
/// evidence on record. Largest spread first, ties in order of the conditions; none for a site with a measured prevalence, or a modelled one.
///
/// Cost: twice the update of the site for each condition.
#[must_use]
pub fn answers(a: &Assessment<'_>, site: usize) -> Vec<Answer> {
    if a.network.sites()[site].measured_prevalence.is_some() || a.inherent[site].modelled {
        return Vec::new();
    }
    let mut own = Terms::default();
    a.model.child_labour_terms(site, &mut |t| own.add(0, t.term, t.value));
    a.model.forced_terms(site, &mut |t| own.add(1, t.term, t.value));
    let mut out: Vec<Answer> = CONDITIONS
        .iter()
        .map(|&condition| Answer {
            condition,
            state: a.model.condition(site, condition),
            if_yes: presence_if(a, site, &own, condition, true),
            if_no: presence_if(a, site, &own, condition, false),
        })
        .collect();
    out.sort_by(|x, y| y.spread().total_cmp(&x.spread()).then(x.condition.index().cmp(&y.condition.index())));
    out
}

/// Sums of (1.1) and (1.2), and what each condition adds to them today.
#[derive(Default)]
struct Terms {
    sums: [f64; 2],
    of: [[f64; CONDITIONS.len()]; 2],
}

impl Terms {
    fn add(&mut self, equation: usize, term: Term, value: f64) {
        self.sums[equation] += value;
        if let Term::Condition(condition) = term {
            self.of[equation][condition.index()] = value;
        }
    }
}

fn presence_if(a: &Assessment<'_>, site: usize, own: &Terms, condition: Condition, yes: bool) -> f64 {
    let c = &a.parameters.coefficients;
    let profile = &a.parameters.sectors[usize::from(a.network.sites()[site].sector)].profile;
    let mut sums = own.sums;
    let mut put = |condition: Condition, state: Option<bool>| {
        let x = state.map_or(0.0, |yes| f64::from(u8::from(yes)) - profile.share(condition));
        let betas = [Some(c.beta(condition)), c.beta_forced(condition)];
        for ((sum, of), beta) in sums.iter_mut().zip(&own.of).zip(betas) {
            *sum += beta.map_or(0.0, |beta| beta.mean * x) - of[condition.index()];
        }
    };
    put(condition, Some(yes));
    // a number of workers says whether a workforce is small only where work is not done in homes
    let row = &a.network.sites()[site];
    if condition == Condition::HomeBased && row.conditions.get(Condition::SmallWorkforce).is_none() {
        let homes = yes || row.role == Role::HomeCluster;
        put(Condition::SmallWorkforce, row.workers.filter(|_| !homes).map(|workers| workers < SMALL));
    }
    let (theta, forced) = (expit(sums[0]), expit(sums[1]));
    let today = &a.inherent[site];
    let prevalence = [theta, theta * profile.hazardous_share.value, theta * forced];
    let rho = c.rho_intra_site.mean;
    let prior = Inherent { prevalence, survival: prevalence.map(|t| survival_exponent(t, today.workers, rho)), ..*today };
    let rows = a.network.evidence_of(site);
    let after = update_site(c, &prior, &a.network.evidence()[rows.clone()], &a.weighed[rows], a.agent_ratio[site]);
    after.presence[Hazard::ChildLabour.index()]
}
