//! What a user says where a run cannot: `answers.toml`.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use tierlight_core::parameters::Framework;

use crate::error::{Error, Result};

/// Answers by framework and element.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers(BTreeMap<String, BTreeMap<String, Answer>>);

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is there.
    pub answer: String,
    /// Where it can be read; empty when not said.
    pub evidence: String,
    /// Its date; empty when not said.
    pub date: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Short(String),
    Long(Long),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    answer: String,
    #[serde(default)]
    evidence: String,
    #[serde(default)]
    date: String,
}

impl Answers {
    /// Reads answers: a table for each framework, in it an answer for each element, as text or as `{ answer, evidence, date }`.
    ///
    /// # Errors
    /// No TOML, a framework or element that is not known, or an empty answer.
    pub fn parse(text: &str, frameworks: &[Framework]) -> Result<Self> {
        let bad = |reason: String, hint: String| Error::Answers { reason, hint };
        let read: BTreeMap<String, BTreeMap<String, Written>> = toml::from_str(text).map_err(|e| {
            let at = e.span().map_or(String::new(), |s| format!("line {}: ", 1 + text[..s.start.min(text.len())].matches('\n').count()));
            bad(
                format!("{at}{}", e.message().lines().next().unwrap_or_default()),
                "write a table for each framework, e.g. [csddd] with policy = \"…\"".to_owned(),
            )
        })?;
        let mut out = Self::default();
        for (id, elements) in read {
            let framework = frameworks.iter().find(|f| f.id == id).ok_or_else(|| {
                let known: Vec<&str> = frameworks.iter().map(|f| f.id.as_str()).collect();
                bad(format!("no framework `{id}`"), format!("known are {}", known.join(", ")))
            })?;
            for (element, written) in elements {
                if !framework.elements.iter().any(|e| e.id == element) {
                    let known: Vec<&str> = framework.elements.iter().map(|e| e.id.as_str()).collect();
                    return Err(bad(format!("`{id}` has no element `{element}`"), format!("known are {}", known.join(", "))));
                }
                let answer = match written {
                    Written::Short(answer) => Answer { answer, evidence: String::new(), date: String::new() },
                    Written::Long(Long { answer, evidence, date }) => Answer { answer, evidence, date },
                };
                if answer.answer.trim().is_empty() {
                    return Err(bad(format!("`{id}.{element}` is empty"), "leave out what is missing: the report says so".to_owned()));
                }
                out.0.entry(id.clone()).or_default().insert(element, answer);
            }
        }
        Ok(out)
    }

    /// The answer to an element.
    #[must_use]
    pub fn get(&self, framework: &str, element: &str) -> Option<&Answer> {
        self.0.get(framework)?.get(element)
    }
}

/// An `answers.toml` with every element of some frameworks as a comment, to be filled in.
#[must_use]
pub fn template(frameworks: &[&Framework]) -> String {
    let mut out =
        String::from("# Answers for `tierlight report --answers`. Take the # away from what you have; what is missing stays missing.\n");
    for f in frameworks {
        // writing to a String cannot fail
        let _ = write!(out, "\n# {}\n[{}]\n", one_line(&f.name), f.id);
        for e in &f.elements {
            let from = if e.fills_from.is_empty() { "" } else { " (the run may fill it)" };
            let _ = writeln!(out, "# {}{from}\n# {} = {{ answer = \"\", evidence = \"\", date = \"\" }}", one_line(&e.text), e.id);
        }
    }
    out
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The framework that is meant by an id or a part of one.
///
/// # Errors
/// None, or several.
pub fn framework<'a>(frameworks: &'a [Framework], wanted: &str) -> Result<&'a Framework> {
    let key = wanted.trim().to_ascii_lowercase().replace(['-', ' '], "_");
    let meant = |f: &&Framework| f.id == key || format!("_{}_", f.id).contains(&format!("_{key}_")) || f.id.starts_with(&key);
    let found: Vec<&Framework> = match frameworks.iter().find(|f| f.id == key) {
        Some(exact) => vec![exact],
        None => frameworks.iter().filter(|_| !key.is_empty()).filter(meant).collect(),
    };
    if let [one] = found.as_slice() {
        return Ok(one);
    }
    let named = if found.is_empty() { frameworks.iter().collect() } else { found };
    let ids: Vec<&str> = named.iter().map(|f| f.id.as_str()).collect();
    Err(Error::NotFound { reason: format!("no single framework `{wanted}`"), hint: format!("name one of {}", ids.join(", ")) })
}
