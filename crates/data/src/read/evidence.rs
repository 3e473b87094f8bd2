//! The table of evidence.

use tierlight_core::model::{Evidence, Finding, Hazard, Method, NetworkParts};

use super::agents::site_of;
use super::mapping::Mapped;
use super::registry::{Interned, Registry};
use super::{Handle, Intake, NetworkOptions, Rows, value};
use crate::error::Result;
use crate::issue::Severity;
use crate::packs::Packs;

/// Row in its file of each item by its id.
pub(super) type FileRows = std::collections::HashMap<String, u32>;

/// Columns of an item beside its id and site.
pub(super) struct Columns {
    date: Handle,
    method: Handle,
    finding: Handle,
    hazard: Handle,
    form: Handle,
    girls: Handle,
    boys: Handle,
    announced: Handle,
    paid_by: Handle,
    returning_team: Handle,
    all_male_team: Handle,
    children_interviewed: Handle,
    off_site: Handle,
    source: Handle,
    case_id: Handle,
    remediated_on: Handle,
}

impl Columns {
    /// Finds the columns.
    pub fn new(mapped: &Mapped<'_>) -> Self {
        let of = |name| mapped.handle(name);
        Self {
            date: of("date"),
            method: of("method"),
            finding: of("finding"),
            hazard: of("hazard"),
            form: of("form"),
            girls: of("girls"),
            boys: of("boys"),
            announced: of("announced"),
            paid_by: of("paid_by"),
            returning_team: of("returning_team"),
            all_male_team: of("all_male_team"),
            children_interviewed: of("children_interviewed"),
            off_site: of("off_site"),
            source: of("source"),
            case_id: of("case_id"),
            remediated_on: of("remediated_on"),
        }
    }
}

/// Reads all rows.
pub(super) fn read(
    intake: &mut Intake<'_>,
    packs: &Packs,
    options: &NetworkOptions,
    registry: &Registry,
    parts: &mut NetworkParts,
) -> Result<FileRows> {
    let (id, site) = (intake.mapped.handle("evidence_id"), intake.mapped.handle("site_id"));
    let columns = Columns::new(intake.mapped);
    let mut seen = Interned::default();
    // those of a table that was read before
    for item in &parts.evidence {
        let _ = seen.insert(&item.id);
    }
    let mut file_rows = FileRows::new();
    intake.each(|rows, row| {
        let name = rows.required(row, id, "give every item an id");
        if name.is_some_and(|n| seen.insert(n).is_err()) {
            rows.reject("id_duplicate", row, id, "an id that no other item has", "delete one of the rows");
        }
        let site = site_of(rows, row, site, registry);
        let item = item(rows, row, &columns, packs, options);
        let (Some(name), Some(site), Some(item)) = (name, site, item) else { return };
        if rows.is_rejected(row) {
            return;
        }
        count_within_workers(rows, row, columns.girls, [item.girls, item.boys], parts.sites[site as usize].workers);
        file_rows.insert(name.to_owned(), rows.row_number(row) as u32);
        parts.evidence.push(Evidence { id: name.to_owned(), site, ..item });
    })?;
    Ok(file_rows)
}

/// What a row says, but for its id and site; a bad cell rejects the row.
pub(super) fn item(rows: &mut Rows<'_>, row: usize, c: &Columns, packs: &Packs, options: &NetworkOptions) -> Option<Evidence> {
    let day = |rows: &mut Rows<'_>, column| {
        let day = rows.parse("date_invalid", row, column, value::date);
        if day.is_some_and(|d| d > options.as_of) {
            rows.reject(
                "date_future",
                row,
                column,
                format!("a day not after {}", options.as_of),
                "set --as-of to a later day, or correct the date",
            );
        }
        day
    };
    let on = day(rows, c.date);
    let remediated_on = day(rows, c.remediated_on);
    if on.is_none() && !rows.is_rejected(row) {
        rows.reject("required_missing", row, c.date, "a date, as YYYY-MM-DD", "evidence loses weight with age");
    }
    let announced = rows.parse("answer_invalid", row, c.announced, value::yes_no);
    let methods: Vec<&str> = Method::ALL.iter().map(|m| m.slug()).collect();
    let how = rows.word(row, c.method, |word| find_method(word, announced), &methods);
    if how.is_none() && rows.cell(row, c.method).is_empty() {
        rows.reject(
            "required_missing",
            row,
            c.method,
            format!("one of {}", methods.join(", ")),
            "each method misses children at its own rate",
        );
    }
    let outcome = rows.word(row, c.finding, find_finding, &["found", "not_found"]);
    if outcome.is_none() && rows.cell(row, c.finding).is_empty() {
        rows.reject("required_missing", row, c.finding, "found or not_found", "state the outcome");
    }
    let slugs = ["child_labour", "hazardous", "forced"];
    let stated_hazard = rows.word(row, c.hazard, find_hazard, &slugs);
    let form_cell = rows.cell(row, c.form);
    let form_hazard = if form_cell.is_empty() { None } else { packs.gazetteer.form_hazard(form_cell) };
    if !form_cell.is_empty() && form_hazard.is_none() {
        let issue = rows.issue("form_unknown", Severity::Warning, row, c.form);
        rows.note(issue.expected("a form_id of exploitation_forms").hint("kept as text; see `tierlight packs show exploitation_forms`"));
    }
    let girls = rows.parse("count_invalid", row, c.girls, value::count);
    let boys = rows.parse("count_invalid", row, c.boys, value::count);
    if outcome == Some(Finding::NotFound) && girls.unwrap_or(0) + boys.unwrap_or(0) > 0 {
        rows.reject("count_contradicts", row, c.finding, "found, when children were counted", "correct the finding or the counts");
    }
    let supplier_paid = payer_is_supplier(rows.cell(row, c.paid_by));
    let answer = |rows: &mut Rows<'_>, column| rows.parse("answer_invalid", row, column, value::yes_no);
    let returning_team = answer(rows, c.returning_team);
    let all_male_team = answer(rows, c.all_male_team);
    let children_interviewed = answer(rows, c.children_interviewed);
    let off_site = answer(rows, c.off_site);
    silence_is_no_evidence(rows, row, c.finding, how, outcome);
    let text = |column| Some(rows.cell(row, column)).filter(|t| !t.is_empty()).map(str::to_owned);
    Some(Evidence {
        id: String::new(),
        site: 0,
        date: on?,
        method: how?,
        finding: outcome?,
        hazard: stated_hazard.or(form_hazard).unwrap_or(Hazard::ChildLabour),
        form: text(c.form),
        girls,
        boys,
        supplier_paid,
        returning_team,
        all_male_team,
        children_interviewed,
        off_site,
        case_id: text(c.case_id),
        remediated_on,
        source: text(c.source),
    })
}

/// Warns of a method that only finds, but did not.
fn silence_is_no_evidence(rows: &mut Rows<'_>, row: usize, column: Handle, method: Option<Method>, outcome: Option<Finding>) {
    if method.is_some_and(Method::found_only) && outcome == Some(Finding::NotFound) {
        let issue = rows.issue("silence_is_no_evidence", Severity::Warning, row, column);
        rows.note(issue.expected("found").hint("a complaint or report can only find; without one nothing is learned"));
    }
}

/// Warns of more children than workers.
fn count_within_workers(rows: &mut Rows<'_>, row: usize, column: Handle, children: [Option<u32>; 2], workers: Option<f64>) {
    let counted: f64 = children.iter().map(|c| f64::from(c.unwrap_or(0))).sum();
    if workers.is_some_and(|workers| counted > workers) {
        let mut issue = rows.issue("count_above_workers", Severity::Warning, row, column);
        issue.found = format!("{counted} children");
        rows.note(issue.expected("no more children than workers").hint("the workforce is raised to the count; check both"));
    }
}

/// Methods in the words used for them. An audit of which nothing is said was announced: most are.
fn find_method(word: &str, announced: Option<bool>) -> Option<Method> {
    let method = Method::from_slug(word).or(match word {
        "audit" | "social_audit" | "amfori_bsci" | "smeta" | "sa8000" | "slcp" => Some(Method::AnnouncedSocialAudit),
        "inspection" | "labor_inspection" | "government_inspection" => Some(Method::LabourInspection),
        "questionnaire" | "self_assessment" | "saq" => Some(Method::SupplierQuestionnaire),
        "community_monitoring" | "monitoring_visit" => Some(Method::HomeVisit),
        "interview" | "child_interviews" => Some(Method::ChildInterview),
        "complaint" | "hotline" | "grievance_report" => Some(Method::Grievance),
        "media" | "ngo" | "press" | "ngo_report" | "media_report" | "union_report" => Some(Method::MediaOrNgo),
        _ => None,
    })?;
    match (method, announced) {
        (Method::AnnouncedSocialAudit, Some(false)) => Some(Method::UnannouncedAudit),
        (Method::UnannouncedAudit, Some(true)) => Some(Method::AnnouncedSocialAudit),
        _ => Some(method),
    }
}

fn find_finding(word: &str) -> Option<Finding> {
    match word {
        "found" | "yes" | "positive" | "1" | "true" => Some(Finding::Found),
        "not_found" | "none_found" | "clean" | "passed" | "no" | "negative" | "0" | "false" | "no_finding" => Some(Finding::NotFound),
        _ => None,
    }
}

fn find_hazard(word: &str) -> Option<Hazard> {
    match word {
        "child_labour" | "child_labor" | "cl" => Some(Hazard::ChildLabour),
        "hazardous" | "hazardous_work" | "hz" => Some(Hazard::Hazardous),
        "forced" | "forced_labour" | "forced_labor" | "bonded" | "bonded_labour" | "trafficked" | "trafficking" | "fl" => {
            Some(Hazard::Forced)
        }
        _ => None,
    }
}

/// Words for who paid for a visit, and whether that is the supplier.
pub const PAYERS: [(&str, bool); 13] = [
    ("supplier", true),
    ("factory", true),
    ("site", true),
    ("self", true),
    ("facility", true),
    ("vendor", true),
    ("buyer", false),
    ("brand", false),
    ("government", false),
    ("state", false),
    ("ngo", false),
    ("donor", false),
    ("independent", false),
];

/// Whether the supplier paid; unknown payers stay unknown.
fn payer_is_supplier(payer: &str) -> Option<bool> {
    let payer = crate::text::header_key(payer);
    PAYERS.iter().find(|(word, _)| *word == payer).map(|(_, supplier)| *supplier)
}
