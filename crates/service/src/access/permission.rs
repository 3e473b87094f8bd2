//! What a handler needs of who asks: a role and a scope, in its type.

use tierlight_store::Role;

/// Groups of paths that a key may be held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Uploads, versions, mappings.
    Networks,
    /// Runs and everything read of them.
    Runs,
    /// Evidence ledger and qualification.
    Evidence,
    /// Plans and reports.
    Results,
    /// Keys, sessions, grants, the audit log.
    Access,
    /// Other organisations, numbers of the service. Never without being named.
    Operation,
}

impl Scope {
    /// All of them.
    pub const ALL: [Scope; 6] = [Scope::Networks, Scope::Runs, Scope::Evidence, Scope::Results, Scope::Access, Scope::Operation];

    /// Word in keys and in OpenAPI.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Scope::Networks => "networks",
            Scope::Runs => "runs",
            Scope::Evidence => "evidence",
            Scope::Results => "results",
            Scope::Access => "access",
            Scope::Operation => "operation",
        }
    }

    /// The scope of a word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }

    /// True when these scopes hold it: none stated are all but operation.
    #[must_use]
    pub fn held(self, scopes: &[String]) -> bool {
        match scopes {
            [] => self != Scope::Operation,
            scopes => scopes.iter().any(|s| s == self.word()),
        }
    }
}

/// A role and a scope.
pub trait Permission: 'static {
    /// Least role.
    const ROLE: Role;
    /// Scope.
    const SCOPE: Scope;
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident $role:ident $scope:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Permission for $name {
            const ROLE: Role = Role::$role;
            const SCOPE: Scope = Scope::$scope;
        }
    )*};
}

permissions! {
    /// Looks at networks.
    ReadNetworks Viewer Networks;
    /// Uploads networks and saves mappings.
    WriteNetworks Analyst Networks;
    /// Takes networks away.
    DeleteNetworks Admin Networks;
    /// Reads runs.
    ReadRuns Viewer Runs;
    /// Scores, asks what would change.
    MakeRuns Analyst Runs;
    /// Takes runs away.
    DeleteRuns Admin Runs;
    /// Reads the evidence ledger and qualifications.
    ReadEvidence Viewer Evidence;
    /// Adds evidence and qualifies findings.
    AddEvidence Inspector Evidence;
    /// Reads plans and reports.
    ReadResults Viewer Results;
    /// Makes reports.
    MakeReports Analyst Results;
    /// Plans visits and learns from them.
    PlanVisits Inspector Results;
    /// Keys, sessions, grants, the audit log.
    ManageAccess Admin Access;
    /// Other organisations, numbers of the service.
    Operate Admin Operation;
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn operation_is_only_held_by_name() {
        assert!(Scope::Runs.held(&[]) && !Scope::Operation.held(&[]));
        let runs = ["runs".to_owned()];
        assert!(Scope::Runs.held(&runs) && !Scope::Networks.held(&runs));
        assert!(Scope::Operation.held(&["operation".to_owned()]));
        assert!(Scope::ALL.iter().all(|s| Scope::of(s.word()) == Some(*s)));
    }
}
