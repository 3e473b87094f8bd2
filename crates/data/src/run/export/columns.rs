//! What the columns of the tables of a run hold: kind and meaning, once for all forms that a table is exported in.

use super::RunTable;

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    Text,
    /// A day, as text.
    Date,
    /// A number.
    Number,
    /// A whole number.
    Whole,
    /// True or false.
    Flag,
}

use CellKind::{Date, Flag, Number, Text, Whole};

/// A column of a table of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name in the header.
    pub name: String,
    /// What its cells hold.
    pub kind: CellKind,
    /// What it means, in a line.
    pub meaning: String,
}

/// Name, kind, meaning.
type Entry = (&'static str, CellKind, &'static str);

const SITES: [Entry; 35] = [
    ("site_id", Text, "Id of the site"),
    ("name", Text, "Name of the site"),
    ("role", Text, "Role in the chain"),
    ("sector_id", Text, "Sector, as understood"),
    ("country", Text, "Country, ISO 3166 alpha-3; WLD where unresolved"),
    ("country_level", Text, "How the level of the country was found"),
    ("district_id", Text, "Id of the district"),
    ("district", Text, "District"),
    ("district_matched_by", Text, "How the district was found"),
    ("district_confidence", Number, "How alike the stated and the district's name are, 0 to 1; blank where no name was compared"),
    ("latitude", Number, "Degrees north, as stated"),
    ("longitude", Number, "Degrees east, as stated"),
    ("workers", Number, "People at work that the model uses: stated or assumed"),
    ("workers_assumed", Flag, "The sector's median stands in for a number that nobody stated"),
    ("priority_rank", Whole, "What to look at first: 1 is first, ties share a rank"),
    ("recorded_class", Whole, "Worst hazard on record: 0 none, 1 child labour, 2 hazardous, 3 forced; none on record is not none"),
    ("severity", Number, "Weighted children, given that children are present"),
    ("band", Text, "Label on the estimated presence of child labour"),
    ("traced_share", Number, "Share of the product's value whose walk up the chain stops at a known site"),
    ("mean_tier", Number, "Expected links of that walk, given that it stops at a known site"),
    ("subcontracting_depth", Whole, "Links of subcontracting below the site; blank is unknown"),
    ("upstream_sites", Whole, "Distinct sites upstream, itself left out"),
    ("any_site_probability", Number, "Probability that at least one upstream site, itself included, has child labour"),
    ("expected_sites", Number, "Expected number of such sites, itself included"),
    ("upstream_children", Number, "Expected children in child labour at upstream sites, itself left out"),
    ("upstream_girls", Number, "Of these, girls"),
    ("upstream_boys", Number, "Of these, boys"),
    ("reach_exact", Flag, "Columns on upstream sites are counted; false: estimated from a sketch"),
    ("throughput", Number, "Share of final buyers' value that passes through the site"),
    ("agent_ratio", Number, "Likelihood ratio of forced labour by the record of its agents; 1 is nothing"),
    ("share_on_grades_a_b", Number, "Share of the absolute log-odds that rests on values of grades A and B"),
    ("share_modelled", Number, "Share of the absolute log-odds that rests on values of grades C to E"),
    ("share_unknown", Number, "Share of conditions, district and depth that is unknown"),
    ("modelled", Text, "made_elsewhere for a site that stands for work that orders say may have been done elsewhere"),
    ("tied_from_rank", Whole, "Rank of the first of the sites whose ranks the draws do not tell apart"),
];

const SCORES: [Entry; 15] = [
    ("site_id", Text, "Id of the site"),
    ("hazard", Text, "child_labour, hazardous or forced"),
    ("prevalence", Number, "Estimated share of the workforce that are children in this hazard, after evidence"),
    ("presence", Number, "Estimated probability that at least one child in this hazard works there, after evidence"),
    ("presence_before_evidence", Number, "The same before evidence"),
    ("expected_children", Number, "Expected children in this hazard at the site"),
    ("expected_girls", Number, "Of these, girls"),
    ("expected_boys", Number, "Of these, boys"),
    ("linked_share", Number, "Expected prevalence at the place where a random rupee of the product's value was added"),
    ("linked_share_girls", Number, "Of the linked share, girls"),
    ("linked_share_boys", Number, "Of the linked share, boys"),
    ("linked_share_traced", Number, "Of the linked share, what stops at known sites"),
    ("linked_share_untraced", Number, "Of the linked share, what stops in untraced purchases"),
    ("linked_labour_share", Number, "The linked share weighted by labour instead of value"),
    ("rank", Whole, "By presence within the hazard; for what to do first use priority_rank of the sites"),
];

const LINKS: [Entry; 8] = [
    ("supplier_id", Text, "Id of the site that supplies"),
    ("buyer_id", Text, "Id of the site that buys"),
    ("kind", Text, "Kind of the link"),
    ("product", Text, "Product"),
    ("disclosure", Text, "How far the link is disclosed"),
    ("share", Number, "Share of the buyer's purchases, as used"),
    ("share_assumed", Flag, "Nobody stated the share"),
    ("sales_share", Number, "Share of the supplier's sales, where stated"),
];

const AGENTS: [Entry; 7] = [
    ("agent_id", Text, "Id of the agent"),
    ("kind", Text, "Kind of agent"),
    ("country", Text, "Country, ISO 3166 alpha-3"),
    ("district_id", Text, "Id of the district"),
    ("sites", Whole, "Sites that it brings workers to"),
    ("sites_with_advances", Whole, "Of these, sites where workers owe it advances"),
    ("throughput", Number, "Share of final buyers' value that passes through its sites, summed"),
];

const EVIDENCE: [Entry; 14] = [
    ("evidence_id", Text, "Id of the item"),
    ("site_id", Text, "Id of the site"),
    ("date", Date, "Day of the visit or report"),
    ("method", Text, "How it was looked at"),
    ("finding", Text, "found or not_found, as recorded"),
    ("hazard", Text, "child_labour, hazardous or forced"),
    ("girls", Whole, "Girls counted"),
    ("boys", Whole, "Boys counted"),
    ("sensitivity", Number, "Probability that the method finds what is there; blank where it only finds"),
    ("false_report_ratio", Number, "Likelihood ratio of a report that is false"),
    ("age_weight", Number, "Weight for its age"),
    ("repeat_weight", Number, "Weight for repeats of one source"),
    ("remediation_weight", Number, "Weight after verified remediation"),
    ("log_odds_today", Number, "What it moves today, in log-odds"),
];

const ISSUES: [Entry; 8] = [
    ("code", Text, "Code of the issue; docs/formats.md lists them"),
    ("severity", Text, "error, warning or info"),
    ("file", Text, "File or sheet of the input"),
    ("row", Whole, "Row in it; the header is row 1"),
    ("column", Text, "Column"),
    ("found", Text, "What was found, cut to 80 characters"),
    ("expected", Text, "What was expected"),
    ("hint", Text, "What to do"),
];

/// The one number of the draws that is no spread.
const TOP: Entry = ("top_probability", Number, "Probability over the draws to be among the first by priority");

/// What the endings of columns say that the draws add.
const SPREAD: [(&str, &str); 4] = [
    ("_mean", "mean over the draws"),
    ("_p05", "5 % of the draws lie below"),
    ("_p50", "half of the draws lie below"),
    ("_p95", "95 % of the draws lie below"),
];

impl RunTable {
    fn entries(self) -> &'static [Entry] {
        match self {
            Self::Sites => &SITES,
            Self::Scores => &SCORES,
            Self::Links => &LINKS,
            Self::Agents => &AGENTS,
            Self::Evidence => &EVIDENCE,
            Self::Issues => &ISSUES,
        }
    }

    /// A column by its name; none if the table has no such column.
    #[must_use]
    pub fn column(self, name: &str) -> Option<TableColumn> {
        let known = |name: &str| self.entries().iter().chain((self == Self::Sites).then_some(&TOP)).find(|e| e.0 == name);
        if let Some((_, kind, meaning)) = known(name) {
            return Some(TableColumn { name: name.to_owned(), kind: *kind, meaning: (*meaning).to_owned() });
        }
        let (base, spread) = SPREAD.iter().find_map(|(ending, words)| Some((name.strip_suffix(ending)?, words)))?;
        let (_, _, meaning) = known(base).filter(|e| e.1 == Number)?;
        Some(TableColumn { name: name.to_owned(), kind: Number, meaning: format!("{meaning}: {spread}") })
    }
}
