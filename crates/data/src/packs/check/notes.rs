//! Issues as they are found, with a cap on repeats.

use std::collections::{BTreeMap, HashSet};

use crate::issue::{Issue, Severity};

/// Issues of one code and file that are kept one by one.
const MOST: usize = 100;

/// Collects issues.
#[derive(Debug, Default)]
pub(super) struct Notes {
    issues: Vec<Issue>,
    counts: BTreeMap<(String, &'static str), (usize, Severity)>,
    /// Cells that have an error.
    wrong: HashSet<(String, u64, String)>,
}

impl Notes {
    /// Adds an issue. Of the errors of one cell the first is enough; beyond so many of one code and file they are only counted.
    pub fn add(&mut self, issue: Issue) {
        if let (Severity::Error, Some(row)) = (issue.severity, issue.row)
            && !self.wrong.insert((issue.file.clone(), row, issue.column.clone()))
        {
            return;
        }
        let count = self.counts.entry((issue.file.clone(), issue.code)).or_insert((0, issue.severity));
        count.0 += 1;
        if count.0 <= MOST {
            self.issues.push(issue);
        }
    }

    /// All issues by file and row, with a line for those that were only counted.
    pub fn finish(mut self) -> Vec<Issue> {
        for ((file, code), (count, severity)) in self.counts {
            if count > MOST {
                let issue = Issue::new("issues_more", severity, &file, None, "-", &format!("{} more of {code}", count - MOST));
                self.issues.push(issue.hint("only the first 100 of a kind are listed"));
            }
        }
        let mut files: Vec<String> = Vec::new();
        for issue in &self.issues {
            if !files.contains(&issue.file) {
                files.push(issue.file.clone());
            }
        }
        self.issues.sort_by_key(|i| (files.iter().position(|f| *f == i.file), i.row));
        self.issues
    }
}
