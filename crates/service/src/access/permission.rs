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
    /// Scope; `None` is any.
    const SCOPE: Option<Scope>;
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident $role:ident $scope:expr;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Permission for $name {
            const ROLE: Role = Role::$role;
            const SCOPE: Option<Scope> = $scope;
        }
    )*};
}

permissions! {
    /// Looks at networks.
    ReadNetworks Viewer Some(Scope::Networks);
    /// Uploads networks and saves mappings.
    WriteNetworks Analyst Some(Scope::Networks);
    /// Takes networks away.
    DeleteNetworks Admin Some(Scope::Networks);
    /// Reads runs.
    ReadRuns Viewer Some(Scope::Runs);
    /// Scores, asks what would change.
    MakeRuns Analyst Some(Scope::Runs);
    /// Looks at jobs; each kind has its scope.
    FollowJobs Viewer None;
    /// Stops jobs; each kind has its scope and role.
    StopJobs Analyst None;
    /// Takes runs away.
    DeleteRuns Admin Some(Scope::Runs);
    /// Reads the evidence ledger.
    ReadEvidence Viewer Some(Scope::Evidence);
    /// Adds evidence and qualifies findings.
    AddEvidence Inspector Some(Scope::Evidence);
    /// Reads plans, reports and qualifications; each kind has its scope.
    ReadResults Viewer None;
    /// Takes results away; each kind has its scope and role.
    DeleteResults Analyst None;
    /// Makes reports.
    MakeReports Analyst Some(Scope::Results);
    /// Plans visits and learns from them.
    PlanVisits Inspector Some(Scope::Results);
    /// Keys, sessions, grants, the audit log.
    ManageAccess Admin Some(Scope::Access);
    /// Other organisations, numbers of the service.
    Operate Admin Some(Scope::Operation);
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
