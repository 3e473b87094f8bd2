//! What can stop an assessment.

/// Everything that can stop the core. Bad rows never get this far: readers report those as issues.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A link, agent link or evidence item points past the table of sites.
    #[error("{table} row {row} points to site {site}, but there are {sites} sites")]
    DanglingSite {
        /// Table of the bad reference.
        table: &'static str,
        /// Zero-based row.
        row: usize,
        /// Index found.
        site: usize,
        /// Number of sites.
        sites: usize,
    },
    /// Two sites share an id.
    #[error("site id `{id}` appears twice")]
    DuplicateSite {
        /// The repeated id.
        id: String,
    },
    /// The stated shares of a buyer's purchases exceed one.
    #[error("links to buyer `{buyer}` cover {sum} of its purchases, expected at most 1")]
    SharesAboveOne {
        /// Buyer's site id.
        buyer: String,
        /// Sum found.
        sum: f64,
    },
    /// A stated share, value or quantity is negative or not a number.
    #[error("a link to buyer `{buyer}` has a share outside 0 to 1")]
    BadShare {
        /// Buyer's site id.
        buyer: String,
    },
    /// A site points past the packs' sectors, countries or districts.
    #[error("site `{site}` has {what} {row}, which the parameters do not have")]
    UnknownRow {
        /// Site id.
        site: String,
        /// `sector`, `country` or `district`.
        what: &'static str,
        /// Row found.
        row: u16,
    },
    /// A group of sites that buy only from each other and add no value: no walk ever stops in it.
    #[error("{count} sites buy everything from each other and add no value: {sites}")]
    ClosedLoop {
        /// Sites in the loop.
        count: usize,
        /// Up to five of their ids.
        sites: String,
    },
    /// The small-area model has no solution.
    #[error("the small-area model cannot be fitted: {what}")]
    AreaModel {
        /// Why.
        what: &'static str,
    },
    /// Sites buy in circles that lose so little value that the exposure cannot be solved.
    #[error("the exposure of {sites} sites that buy in circles cannot be solved: its error is only bounded by {bound:e}")]
    NotConverged {
        /// Sites in circles.
        sites: usize,
        /// Bound on the error.
        bound: f64,
    },
    /// A parameter the method needs is missing from the packs.
    #[error("parameter `{name}` is missing from the packs")]
    MissingParameter {
        /// Parameter name.
        name: String,
    },
    /// A parameter lies outside its meaning.
    #[error("parameter `{name}` is {found}, expected {expected}")]
    BadParameter {
        /// Parameter name.
        name: String,
        /// Value found.
        found: f64,
        /// What it must be.
        expected: &'static str,
    },
    /// A sector has no base prevalence in any pack.
    #[error("sector `{sector}` has no base prevalence for country `{country}`")]
    MissingBase {
        /// Sector id.
        sector: String,
        /// ISO 3166 alpha-3 code.
        country: String,
    },
    /// Nothing can be learned from visits.
    #[error("nothing is learned: {what}")]
    Learn {
        /// Why not.
        what: String,
    },
    /// A condition of a rule of law cannot be read.
    #[error("condition `{text}`: found {found}, expected {expected}")]
    Condition {
        /// The condition.
        text: String,
        /// What was found.
        found: String,
        /// What was expected there.
        expected: String,
    },
    /// An action of a scenario that cannot be taken.
    #[error("action {action} of the scenario: {found}, expected {expected}")]
    Scenario {
        /// Number of the action, from 1.
        action: usize,
        /// What it asks for.
        found: String,
        /// What can be done.
        expected: &'static str,
    },
    /// Nothing can be planned.
    #[error("no plan: {what}")]
    NoPlan {
        /// Why.
        what: &'static str,
    },
    /// A plan does not hold: a defect of the program, found before the plan was shown.
    #[error("the plan does not hold: {what}")]
    BrokenPlan {
        /// What is wrong.
        what: String,
    },
    /// The observer asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// Result of the core.
pub type Result<T> = std::result::Result<T, Error>;
