//! Conditions of a site: yes, no, or unknown. Unknown is not absent.

use serde::{Deserialize, Serialize};

/// A condition x_k of equation (1.1). Named for the state that is counted as 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Condition {
    /// Not registered with any authority.
    Unregistered,
    /// Work is done in homes.
    HomeBased,
    /// The family as a unit is paid by the piece.
    FamilyPieceRate,
    /// Workers are held by an advance (peshgi).
    AdvanceDebt,
    /// Fewer than ten workers.
    SmallWorkforce,
    /// Workers come through a recruiter or labour contractor.
    RecruiterLabour,
    /// Migrant or displaced workers.
    DisplacedWorkers,
    /// Age is checked at hiring.
    AgeCheck,
    /// Certified by a scheme.
    Certified,
}

/// All conditions in column order.
pub const CONDITIONS: [Condition; 9] = [
    Condition::Unregistered,
    Condition::HomeBased,
    Condition::FamilyPieceRate,
    Condition::AdvanceDebt,
    Condition::SmallWorkforce,
    Condition::RecruiterLabour,
    Condition::DisplacedWorkers,
    Condition::AgeCheck,
    Condition::Certified,
];

impl Condition {
    /// Position in [`CONDITIONS`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Name in tables and files; the pack's column is `p_` and this name.
    #[must_use]
    pub fn slug(self) -> &'static str {
        [
            "unregistered",
            "home_based",
            "family_piece_rate",
            "advance_debt",
            "small_workforce",
            "recruiter_labour",
            "displaced_workers",
            "age_check",
            "certified",
        ][self as usize]
    }
}

/// The conditions of one site, each yes, no or unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    known: u16,
    yes: u16,
}

impl Conditions {
    /// `None` is unknown.
    #[must_use]
    pub fn get(self, condition: Condition) -> Option<bool> {
        let bit = 1 << condition.index();
        (self.known & bit != 0).then_some(self.yes & bit != 0)
    }

    /// Sets a condition; `None` makes it unknown.
    pub fn set(&mut self, condition: Condition, state: Option<bool>) {
        let bit = 1 << condition.index();
        self.known &= !bit;
        self.yes &= !bit;
        if let Some(yes) = state {
            self.known |= bit;
            if yes {
                self.yes |= bit;
            }
        }
    }

    /// Sets a condition that is still unknown; says whether it did.
    pub fn fill(&mut self, condition: Condition, state: bool) -> bool {
        let unknown = self.get(condition).is_none();
        if unknown {
            self.set(condition, Some(state));
        }
        unknown
    }

    /// How many of the nine are unknown.
    #[must_use]
    pub fn unknown(self) -> u32 {
        CONDITIONS.len() as u32 - self.known.count_ones()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_is_not_no() {
        let mut conditions = Conditions::default();
        assert_eq!(conditions.get(Condition::AdvanceDebt), None);
        conditions.set(Condition::AdvanceDebt, Some(false));
        assert_eq!(conditions.get(Condition::AdvanceDebt), Some(false));
        assert!(!conditions.fill(Condition::AdvanceDebt, true));
        assert_eq!(conditions.unknown(), 8);
        conditions.set(Condition::AdvanceDebt, None);
        assert_eq!(conditions, Conditions::default());
    }
}
