//! Accepted matches: which entries are one site, and under which id.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hashbrown::HashMap;

use super::value;
use crate::error::{Error, Result};
use crate::issue::{Issue, Severity};
use crate::matching::facility::table::{OTHER_LIST, SAME_LIST, plain};
use crate::table::{ReadOptions, Table, open_tables};
use crate::text::header_key;

/// Entries that are one site, from a reviewed table of matches. Empty by default.
#[derive(Debug, Clone, Default)]
pub struct Merges {
    /// Id of an entry → id of its site.
    canonical: HashMap<String, String>,
    /// Id of an entry → row of the table that names it.
    rows: BTreeMap<String, u64>,
    /// What the other list says of the site of an id, and the first accepted row that names it.
    other: HashMap<String, (Other, u64)>,
    /// Potential matches that nobody has decided on.
    pub undecided: usize,
    /// The table's file.
    pub path: PathBuf,
}

/// What another list says of a site.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Other {
    /// Its name.
    pub name: String,
    /// Latitude and longitude.
    pub at: Option<(f64, f64)>,
}

/// One row that was decided on.
struct Decided {
    row: u64,
    left: String,
    right: String,
    other: bool,
    yes: bool,
}

impl Merges {
    /// Reads a table of matches that `match` wrote and people reviewed. Rows with `accept` yes count; A = B and B = C make one
    /// group, under the id of the other list, else the first id in byte order.
    ///
    /// # Errors
    /// A file without the columns, an answer that is neither yes nor no, or answers that contradict each other.
    pub fn read(path: &Path) -> Result<Self> {
        let tables = open_tables(path, &ReadOptions::default())?;
        let [table] = tables.as_slice() else {
            return Err(malformed(path, 1, "-", &format!("{} tables", tables.len()), "one table", "name the file that `match` wrote"));
        };
        let mut out = Self { path: path.to_owned(), ..Self::default() };
        let decided = out.decided(path, table)?;
        out.group(path, &decided)?;
        Ok(out)
    }

    fn decided(&mut self, path: &Path, table: &Table) -> Result<Vec<Decided>> {
        let keys: Vec<String> = table.header.iter().map(|h| header_key(h)).collect();
        let column = |name: &str| {
            keys.iter()
                .position(|k| k == name)
                .ok_or_else(|| malformed(path, 1, name, "no such column", "the columns that `match` writes", "keep them when you edit"))
        };
        let (accept, left, right, list) = (column("accept")?, column("left_id")?, column("right_id")?, column("right_list")?);
        let (name, latitude, longitude) = (column("right_name")?, column("right_latitude")?, column("right_longitude")?);
        let mut decided = Vec::new();
        for chunk in table.chunks()? {
            let chunk = chunk?;
            for row in 0..chunk.len() {
                let number = chunk.row_number(row);
                let id = |at: usize| plain(chunk.cell(row, at)).to_owned();
                let answer = value::yes_no(chunk.cell(row, accept).trim())
                    .map_err(|e| malformed(path, number, "accept", chunk.cell(row, accept), e, "write yes, no, or leave it blank"))?;
                for (column, at) in [("left_id", left), ("right_id", right)] {
                    if answer == Some(true) && id(at).is_empty() {
                        let hint = "accept says yes, but to no pair: fill it in, or leave accept blank";
                        return Err(malformed(path, number, column, "blank", "the ids of two entries", hint));
                    }
                }
                if id(right).is_empty() {
                    continue;
                }
                let Some(yes) = answer else {
                    self.undecided += 1;
                    continue;
                };
                let other = match chunk.cell(row, list) {
                    OTHER_LIST => true,
                    SAME_LIST => false,
                    found => {
                        return Err(malformed(path, number, "right_list", found, "same or other", "leave the column as `match` wrote it"));
                    }
                };
                if !other && id(left) == id(right) {
                    let hint = "an entry is itself: correct one of the ids, or delete the row";
                    return Err(malformed(path, number, "right_id", &id(right), "another entry than left_id", hint));
                }
                let entry = Decided { row: number, left: id(left), right: id(right), other, yes };
                if other && yes {
                    let degrees = |at: usize| chunk.cell(row, at).parse::<f64>().ok();
                    let says = Other { name: id(name), at: degrees(latitude).zip(degrees(longitude)) };
                    self.other.entry(entry.right.clone()).or_insert((says, number));
                }
                decided.push(entry);
            }
        }
        Ok(decided)
    }

    /// Joins accepted pairs to groups and finds contradictions.
    fn group(&mut self, path: &Path, decided: &[Decided]) -> Result<()> {
        // entries of the two lists are told apart by the list they are in
        let mut parent: BTreeMap<Entry<'_>, Entry<'_>> = BTreeMap::new();
        for d in decided.iter().filter(|d| d.yes) {
            let (a, b) = (root(&parent, (false, d.left.as_str())), root(&parent, (d.other, d.right.as_str())));
            // an entry of the other list leads its group, else the first id
            let (lead, follow) = if (!a.0, a.1) < (!b.0, b.1) { (a, b) } else { (b, a) };
            if lead.0 && follow.0 && lead != follow {
                let found = format!("{} is {} and {}", d.left, lead.1, follow.1);
                return Err(malformed(
                    path,
                    d.row,
                    "accept",
                    &found,
                    "one site of the other list",
                    "two sites there? accept one of the rows only",
                ));
            }
            parent.insert(follow, lead);
            parent.entry(lead).or_insert(lead);
        }
        for d in decided.iter().filter(|d| !d.yes) {
            if root(&parent, (false, d.left.as_str())) == root(&parent, (d.other, d.right.as_str())) {
                let found = format!("{} and {} are not one site", d.left, d.right);
                return Err(malformed(
                    path,
                    d.row,
                    "accept",
                    &found,
                    "no, or yes in the rows that join the two",
                    "other rows make them one: correct either",
                ));
            }
        }
        for d in decided.iter().filter(|d| d.yes) {
            for (other, id) in [(false, &d.left), (d.other, &d.right)] {
                if !other {
                    self.canonical.insert(id.clone(), root(&parent, (false, id.as_str())).1.to_owned());
                    self.rows.entry(id.clone()).or_insert(d.row);
                }
            }
        }
        Ok(())
    }

    /// True when nothing is merged.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.canonical.is_empty()
    }

    /// Id of the site that an entry belongs to, when the table names it.
    #[must_use]
    pub fn canonical(&self, id: &str) -> Option<&str> {
        self.canonical.get(id).map(String::as_str)
    }

    /// What the other list says of a site.
    #[must_use]
    pub fn other(&self, id: &str) -> Option<&Other> {
        self.other.get(id).map(|(says, _)| says)
    }

    /// Ids of the table that the list does not have stop the run, unless a row of the list was rejected, which may be the one:
    /// then they are noted. `own` are ids of the list that no row of the table names.
    pub(super) fn check(&self, seen: impl Fn(&str) -> bool, any_rejected: bool, issues: &mut Vec<Issue>) -> Result<()> {
        for (id, row) in &self.rows {
            if seen(id) {
                continue;
            }
            let expected = "the id of a site of the list";
            if !any_rejected {
                let hint = "was the list changed since `match`? run `match` again";
                return Err(malformed(&self.path, *row, "left_id, right_id", id, expected, hint));
            }
            let file = self.file();
            let issue = Issue::new("match_not_used", Severity::Warning, &file, Some(*row), "left_id, right_id", id);
            issues.push(issue.expected(expected).hint("its row was rejected, or it is not in the list: nothing is merged with it"));
        }
        let named = self.canonical.values().filter_map(|c| self.other.get(c).map(|(_, row)| (*row, c)));
        let taken = named.filter(|(_, c)| seen(c) && !self.canonical.contains_key(*c)).min();
        if let Some((row, id)) = taken {
            let hint = "give one of the two sites another id";
            return Err(malformed(&self.path, row, "right_id", id, "an id that no other site of the list has", hint));
        }
        if self.undecided > 0 {
            let found = format!("{} potential matches without yes or no", self.undecided);
            let issue = Issue::new("match_undecided", Severity::Info, &self.file(), None, "accept", &found);
            issues.push(issue.expected("yes or no").hint("left apart, as two sites"));
        }
        Ok(())
    }

    /// Name of the table's file.
    #[must_use]
    pub fn file(&self) -> String {
        self.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// An entry: whether it is of the other list, and its id.
type Entry<'a> = (bool, &'a str);

/// The entry that leads a group.
fn root<'a>(parent: &BTreeMap<Entry<'a>, Entry<'a>>, mut entry: Entry<'a>) -> Entry<'a> {
    while let Some(up) = parent.get(&entry).copied().filter(|up| *up != entry) {
        entry = up;
    }
    entry
}

fn malformed(path: &Path, row: u64, column: &str, found: &str, expected: &str, hint: &str) -> Error {
    Error::Malformed {
        code: "matches",
        file: path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        row,
        column: column.to_owned(),
        found: found.to_owned(),
        expected: expected.to_owned(),
        hint: hint.to_owned(),
    }
}
