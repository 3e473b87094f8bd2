//! What an entry of an evidence ledger says. It stays for good and goes into every run: what a run could not read is refused.

use serde::{Deserialize, Serialize};
use tierlight_core::model::{Finding, HAZARDS, Method};
use tierlight_data::read::{PAYERS, looks_personal, value};
use tierlight_store::now;
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::problem::table::{INVALID, PERSONAL_DATA};

/// What one visit or report found: the columns of the evidence table. No names, no places finer than a site.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "site_id": "HC-11", "date": "2026-11-20", "method": "home_visit", "finding": "found", "girls": 2, "boys": 1 }))]
pub(super) struct Evidence {
    /// Site.
    site_id: String,
    /// Day of the visit or report, YYYY-MM-DD.
    #[schema(format = Date)]
    date: String,
    /// How it was looked at.
    method: String,
    /// found or not_found.
    finding: String,
    /// child_labour, hazardous or forced; child_labour if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    hazard: Option<String>,
    /// Form of exploitation.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<String>,
    /// Girls counted; none with not_found.
    #[serde(skip_serializing_if = "Option::is_none")]
    girls: Option<u32>,
    /// Boys counted; none with not_found.
    #[serde(skip_serializing_if = "Option::is_none")]
    boys: Option<u32>,
    /// The site knew of the visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    announced: Option<bool>,
    /// Who paid: supplier, factory, site, self, facility or vendor; or buyer, brand, government, state, ngo, donor or independent.
    #[serde(skip_serializing_if = "Option::is_none")]
    paid_by: Option<String>,
    /// The team had been there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    returning_team: Option<bool>,
    /// No woman was on the team.
    #[serde(skip_serializing_if = "Option::is_none")]
    all_male_team: Option<bool>,
    /// Children were asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    children_interviewed: Option<bool>,
    /// Questions were asked away from the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    off_site: Option<bool>,
    /// Where it is on record. Never a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Case that it belongs to: remediation closes all that was found of the case at the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<String>,
    /// Day on which remediation was verified, YYYY-MM-DD.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    remediated_on: Option<String>,
}

/// Longest text of a field.
const TEXT: usize = 200;

impl Evidence {
    /// Refuses what the reader of runs would reject, and personal data.
    ///
    /// # Errors
    /// A value that is none, contradicts another, or looks like personal data.
    pub(super) fn check(&self) -> Result<(), Problem> {
        self.texts()?;
        self.days()?;
        let words = |all: Vec<&str>| all.join(", ");
        if !Method::ALL.iter().any(|m| m.slug() == self.method) {
            return bad(format!("method is not one of {}", words(Method::ALL.iter().map(|m| m.slug()).collect())));
        }
        if ![Finding::Found, Finding::NotFound].iter().any(|f| f.slug() == self.finding) {
            return bad("finding is neither found nor not_found".to_owned());
        }
        if self.hazard.as_ref().is_some_and(|h| !HAZARDS.iter().any(|known| known.slug() == h)) {
            return bad("hazard is not one of child_labour, hazardous, forced".to_owned());
        }
        if self.paid_by.as_ref().is_some_and(|payer| !PAYERS.iter().any(|(known, _)| known == payer)) {
            return bad(format!("paid_by is not one of {}", words(PAYERS.iter().map(|p| p.0).collect())));
        }
        let counts = [("girls", self.girls), ("boys", self.boys)];
        for (name, count) in counts {
            if let Some(Err(expected)) = count.map(|n| value::count(&n.to_string())) {
                return bad(format!("{name} is not {expected}"));
            }
        }
        if self.finding == Finding::NotFound.slug() && counts.iter().any(|(_, n)| n.is_some_and(|n| n > 0)) {
            return bad("children were counted, but finding is not_found".to_owned());
        }
        Ok(())
    }

    fn texts(&self) -> Result<(), Problem> {
        // of these the first are codes
        let texts = [
            ("site_id", Some(&self.site_id), true),
            ("case_id", self.case_id.as_ref(), true),
            ("form", self.form.as_ref(), false),
            ("source", self.source.as_ref(), false),
        ];
        for (name, text, code) in texts {
            let Some(text) = text else { continue };
            if text.trim().is_empty() || text.chars().count() > TEXT || text.chars().any(char::is_control) {
                return bad(format!("{name} is blank, longer than {TEXT} letters or has control characters"));
            }
            if let Some(what) = looks_personal(text, code) {
                // what it says is not repeated
                let problem = Problem::new(PERSONAL_DATA, format!("{name} looks as if it held {what}, and a ledger is kept for good"));
                return Err(problem.hint("leave persons out: counts of children, and where the report is on record, are enough"));
            }
        }
        Ok(())
    }

    fn days(&self) -> Result<(), Problem> {
        let today = jiff::tz::TimeZone::UTC.to_datetime(now()).date();
        for (name, day) in [("date", Some(&self.date)), ("remediated_on", self.remediated_on.as_ref())] {
            let Some(day) = day else { continue };
            match value::date(day) {
                Ok(Some(day)) if day <= today => {}
                Ok(Some(_)) => return bad(format!("{name} lies in the future")),
                Ok(None) | Err(_) => return bad(format!("{name} is no day, expected YYYY-MM-DD")),
            }
        }
        Ok(())
    }
}

fn bad(detail: String) -> Result<(), Problem> {
    Err(Problem::new(INVALID, detail).hint("docs/formats.md lists the columns of evidence"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Evidence {
        let text = |text: &str| text.to_owned();
        Evidence {
            site_id: text("HC-11"),
            date: text("2026-02-28"),
            method: text("home_visit"),
            finding: text("found"),
            ..Evidence::default()
        }
    }

    fn code(entry: &Evidence) -> Option<&'static str> {
        entry.check().err().map(|problem| problem.kind().code)
    }

    #[test]
    fn persons_are_refused_and_never_repeated() {
        assert_eq!(code(&entry()), None);
        for text in ["seen with 35202-1234567-1", "call 0301-1234567", "ayesha@example.com", "3520212345671"] {
            for told in [Evidence { source: Some(text.to_owned()), ..entry() }, Evidence { form: Some(text.to_owned()), ..entry() }] {
                assert_eq!(code(&told), Some("personal_data"), "{text}");
                assert!(!told.check().unwrap_err().detail().contains(text), "{text}");
            }
        }
        // ids may be long numbers
        let of = |id: &str| Evidence { site_id: id.to_owned(), case_id: Some(id.to_owned()), ..entry() };
        assert_eq!(code(&of("3520212345671")), None);
        assert_eq!(code(&of("35202-1234567-1")), Some("personal_data"));
    }

    #[test]
    fn what_a_run_would_reject_is_refused() {
        let counted = |finding: &str, girls| Evidence { finding: finding.to_owned(), girls: Some(girls), ..entry() };
        assert_eq!([counted("not_found", 0), counted("found", 3)].map(|e| code(&e)), [None, None]);
        assert_eq!([counted("not_found", 3), counted("found", 1_000_001)].map(|e| code(&e)), [Some("invalid"); 2]);
        let paid = |by: &str| Evidence { paid_by: Some(by.to_owned()), ..entry() };
        assert_eq!(["supplier", "ngo", "somebody"].map(|by| code(&paid(by))), [None, None, Some("invalid")]);
        let on = |date: &str| Evidence { date: date.to_owned(), ..entry() };
        assert_eq!(["28/02/2026", "2026-02-30", "unknown", "9999-01-01"].map(|date| code(&on(date))), [Some("invalid"); 4]);
    }
}
