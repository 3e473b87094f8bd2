//! Conditions as the model sees them: what the site states, and what its workforce, role and agents imply
//! where it states nothing.

use crate::model::{AgentKind, Condition, Conditions, Network, Role};

/// Workforces below this are small.
pub(crate) const SMALL: f64 = 10.0;

/// The conditions of every site.
#[derive(Debug, Clone)]
pub struct EffectiveConditions {
    /// Stated or implied.
    pub conditions: Vec<Conditions>,
    /// Bit k is set when condition k is implied, not stated.
    pub implied: Vec<u16>,
}

/// Fills unknown conditions: a stated workforce decides `small_workforce`, but where work is done in homes, a home cluster works in homes, a
/// recruiter or contractor supplies labour, an agent's advances are advance debt. What a site states is never changed.
#[must_use]
pub fn effective_conditions(network: &Network) -> EffectiveConditions {
    let mut conditions: Vec<Conditions> = network.sites().iter().map(|s| s.conditions).collect();
    let mut implied = vec![0u16; conditions.len()];
    let mut imply = |site: usize, condition: Condition, state: bool| {
        if conditions[site].fill(condition, state) {
            implied[site] |= 1 << condition.index();
        }
    };
    for (row, site) in network.sites().iter().enumerate() {
        let homes = site.role == Role::HomeCluster || site.conditions.get(Condition::HomeBased) == Some(true);
        if homes {
            imply(row, Condition::HomeBased, true);
        }
        // twenty people in ten homes are ten small workforces: the number at a cluster says nothing of any of them
        if let Some(workers) = site.workers.filter(|_| !homes) {
            imply(row, Condition::SmallWorkforce, workers < SMALL);
        }
    }
    for link in network.agent_links() {
        let supplies = network.agents().get(link.agent as usize).and_then(|a| a.kind).is_some_and(AgentKind::supplies_labour);
        if supplies {
            imply(link.site as usize, Condition::RecruiterLabour, true);
        }
        if link.advance_debt == Some(true) {
            imply(link.site as usize, Condition::AdvanceDebt, true);
        }
    }
    EffectiveConditions { conditions, implied }
}
