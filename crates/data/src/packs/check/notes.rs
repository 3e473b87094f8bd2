//! Issues as they are found, with a cap on repeats.

use std::collections::BTreeMap;

use crate::issue::{Issue, Severity};

/// Issues of one code and file that are kept one by one.
const MOST: usize = 100;

/// Collects issues.
#[derive(Debug, Default)]
pub(super) struct Notes {
    issues: Vec<Issue>,
    counts: BTreeMap<(String, &'static str), (usize, Severity)>,
}

impl Notes {
    /// Adds an issue. Beyond so many of one code and file they are only counted.
    pub fn add(&mut self, issue: Issue) {
        let count = self.counts.entry((issue.file.clone(), issue.code)).or_insert((0, issue.severity));
        count.0 += 1;
        if count.0 <= MOST {
            self.issues.push(issue);
        }
    }

    /// All issues, with a line for those that were only counted.
    pub fn finish(mut self) -> Vec<Issue> {
        for ((file, code), (count, severity)) in self.counts {
            if count > MOST {
                let issue = Issue::new("issues_more", severity, &file, None, "-", &format!("{} more of {code}", count - MOST));
                self.issues.push(issue.hint("only the first 100 of a kind are listed"));
            }
        }
        self.issues
    }
}
