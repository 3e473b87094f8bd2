//! Personal data is refused: by column name and by what cells look like. Values are never repeated.

use super::mapping::Mapped;
use crate::table::{Chunk, Number};
use crate::text::header_key;

/// Words that are personal in any header.
const PERSONAL_WORDS: [&str; 21] = [
    "victim",
    "victims",
    "guardian",
    "guardians",
    "cnic",
    "nic",
    "nicop",
    "bform",
    "passport",
    "phone",
    "phones",
    "telephone",
    "tel",
    "mobile",
    "email",
    "mail",
    "whatsapp",
    "dob",
    "birthdate",
    "fax",
    "شناختی",
];
/// Persons whose names are refused.
const PERSONS: [&str; 16] = [
    "father", "fathers", "mother", "mothers", "parent", "parents", "child", "children", "childs", "worker", "workers", "employee",
    "labourer", "contact", "person", "owner",
];
/// Words that, with a person, name one.
const NAMING: [&str; 7] = ["name", "names", "person", "number", "no", "details", "id"];
/// Pairs of words that are personal together.
const PERSONAL_PAIRS: [(&str, &str); 7] =
    [("cell", "no"), ("national", "id"), ("identity", "card"), ("b", "form"), ("e", "mail"), ("date", "birth"), ("family", "name")];

/// True when a header names persons or ways to reach them: `Father's Name`, `Mobile Number`, `Name of child`. Counts of people are
/// no such thing: `number_of_workers` is a count, `worker_no` is not.
fn names_persons(header: &str) -> bool {
    let key = header_key(&header.replace(['\'', '’', '`'], ""));
    let words: Vec<&str> = key.split('_').collect();
    let has = |word: &str| words.contains(&word);
    let person = words.iter().any(|w| PERSONS.contains(w));
    let counted = has("of") && (has("number") || has("no")) || has("total") || has("count");
    words.iter().any(|w| PERSONAL_WORDS.contains(w))
        || PERSONAL_PAIRS.iter().any(|(a, b)| has(a) && has(b))
        || person && !counted && words.iter().any(|w| NAMING.contains(w)) && words.len() > 1
}

/// Columns of the format whose cells are ids, codes or coordinates: long digits there are no identity numbers.
const CODES: [&str; 17] = [
    "site_id",
    "supplier_id",
    "buyer_id",
    "agent_id",
    "evidence_id",
    "finding_id",
    "visit_id",
    "order_id",
    "case_id",
    "team_id",
    "os_id",
    "product",
    "latitude",
    "longitude",
    "coordinates",
    "supplier_coordinates",
    "sector",
];

/// Cells of 13 digits that are checked before a column is judged.
const ENOUGH: usize = 1;

/// Watches the columns of a table for personal data while it is read.
pub(super) struct Watch {
    /// By column: whether it holds codes; whether its header names persons; what its cells looked like.
    codes: Vec<bool>,
    named: Vec<bool>,
    seen: Vec<Seen>,
}

/// What cells of a column look like.
#[derive(Clone, Copy, Default)]
pub(super) struct Seen {
    looks: Option<&'static str>,
    /// Cells of 13 bare digits, and those of them with a GS1 check digit.
    bare: usize,
    gs1: usize,
}

impl Watch {
    /// Watches all columns of a table.
    pub fn new(mapped: &Mapped<'_>) -> Self {
        let header = &mapped.table.header;
        Self {
            codes: (0..header.len()).map(|at| mapped.format_column(at).is_some_and(|c| CODES.contains(&c))).collect(),
            named: header.iter().map(|h| names_persons(h)).collect(),
            seen: vec![Seen::default(); header.len()],
        }
    }

    /// Columns whose header names persons.
    pub fn named(&self) -> Vec<usize> {
        (0..self.named.len()).filter(|&at| self.named[at]).collect()
    }

    /// By column, whether it holds codes.
    pub fn codes(&self) -> &[bool] {
        &self.codes
    }

    /// What the cells of a chunk look like, by column; `codes` says which hold codes.
    pub fn look(codes: &[bool], chunk: &Chunk) -> Vec<Seen> {
        let mut seen = vec![Seen::default(); codes.len()];
        for row in 0..chunk.len() {
            for (at, seen) in seen.iter_mut().enumerate() {
                if seen.looks.is_none() {
                    match chunk.number(row, at) {
                        Number::Blank => {}
                        // of numbers, only those of 13 digits look like anything
                        Number::Is(x) if x.abs() < 1e12 => {}
                        _ => seen.cell(chunk.cell(row, at), codes[at]),
                    }
                }
            }
        }
        seen
    }

    /// Takes in what the next chunk looked like.
    pub fn take(&mut self, seen: &[Seen]) {
        for (all, seen) in self.seen.iter_mut().zip(seen) {
            all.looks = all.looks.or(seen.looks);
            all.bare += seen.bare;
            all.gs1 += seen.gs1;
        }
    }

    /// Columns with personal data: (column, what it looks like).
    pub fn found(&self) -> Vec<(usize, &'static str)> {
        let looks = |(at, seen): (usize, &Seen)| {
            let what = if self.named[at] { Some("its header names persons") } else { seen.what() };
            what.map(|what| (at, what))
        };
        self.seen.iter().enumerate().filter_map(looks).collect()
    }
}

impl Seen {
    /// What the cells look like, if they do.
    fn what(&self) -> Option<&'static str> {
        // GLN and EAN-13 have 13 digits too, and a check digit that identity numbers meet one time in ten
        let bare = (self.bare >= ENOUGH && self.gs1 * 2 < self.bare).then_some("identity numbers");
        self.looks.or(bare)
    }

    fn cell(&mut self, cell: &str, code: bool) {
        // the shortest address is a@b.cd; most cells are short and have no sign of anything: look closer only at the rest
        if cell.len() < 10 && (cell.len() < 6 || !cell.contains('@')) {
            return;
        }
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        if digits < 10 && !cell.contains('@') {
            return;
        }
        if has_identity_number(cell) {
            self.looks = Some("identity numbers");
        } else if has_email(cell) {
            self.looks = Some("e-mail addresses");
        } else if !code && has_phone(cell) {
            self.looks = Some("phone numbers");
        } else if !code && cell.len() == 13 && digits == 13 {
            self.bare += 1;
            self.gs1 += usize::from(gs1_check(cell));
        }
    }
}

/// What a text by itself looks like that no table may hold; an id or code may have long numbers.
#[must_use]
pub fn looks_personal(text: &str, code: bool) -> Option<&'static str> {
    let mut seen = Seen::default();
    seen.cell(text, code);
    seen.what()
}

/// `#####-#######-#` anywhere.
fn has_identity_number(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    bytes.windows(15).enumerate().any(|(start, w)| {
        let shape = w.iter().enumerate().all(|(k, b)| if k == 5 || k == 13 { *b == b'-' } else { b.is_ascii_digit() });
        let digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
        shape && !digit(start.checked_sub(1).and_then(|k| bytes.get(k))) && !digit(bytes.get(start + 15))
    })
}

fn has_email(cell: &str) -> bool {
    cell.split(|c: char| c.is_whitespace() || ",;<>()".contains(c)).any(|word| {
        word.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty() && host.split_once('.').is_some_and(|(name, top)| !name.is_empty() && top.len() >= 2)
        })
    })
}

/// An international number (`+` and 10 to 15 digits), or a Pakistani mobile number (03 and nine more digits), parted by blanks,
/// dashes or brackets only.
fn has_phone(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    for start in 0..bytes.len() {
        let before = start.checked_sub(1).map(|k| bytes[k]);
        let plus = bytes[start] == b'+';
        let mobile = bytes[start..].starts_with(b"03") && !before.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
        if !plus && !mobile {
            continue;
        }
        let (mut digits, mut gap) = (0, 0);
        for b in &bytes[start + usize::from(plus)..] {
            match b {
                b'0'..=b'9' => (digits, gap) = (digits + 1, 0),
                b' ' | b'-' | b'(' | b')' if gap < 2 => gap += 1,
                _ => break,
            }
        }
        if plus && (10..=15).contains(&digits) || mobile && digits == 11 {
            return true;
        }
    }
    false
}

fn gs1_check(cell: &str) -> bool {
    let sum: u32 = cell.bytes().enumerate().map(|(k, b)| u32::from(b - b'0') * if k % 2 == 0 { 1 } else { 3 }).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_persons_and_headers_of_counts() {
        for header in [
            "Father's Name",
            "Worker’s name",
            "CNIC No",
            "Mobile Number",
            "contact_person",
            "Contact Number",
            "Name of child",
            "E-mail",
            "Date of birth",
        ] {
            assert!(names_persons(header), "{header}");
        }
        for header in [
            "name",
            "number_of_workers",
            "No of workers",
            "women_workers",
            "Total children",
            "site_id",
            "children_interviewed",
            "workers",
            "os_id",
        ] {
            assert!(!names_persons(header), "{header}");
        }
    }

    #[test]
    fn looks_of_personal_data() {
        assert!(has_identity_number("CNIC 34603-1234567-1"));
        assert!(!has_identity_number("34603-1234567-12"));
        assert!(has_email("write to a.b@example.org."));
        assert!(!has_email("stitching @ home"));
        assert!(has_phone("Ph: +92 (52) 1234567"));
        assert!(has_phone("0300-1234567"));
        assert!(!has_phone("Plot 1234-5678, 110030, sector 9"));
        assert!(gs1_check("4006381333931") && !gs1_check("4006381333932"));
        assert_eq!(looks_personal("4006381333932", false), Some("identity numbers"));
        assert_eq!(looks_personal("0300-1234567", false), Some("phone numbers"));
        assert_eq!(looks_personal("Report 12 of the district office", false), None);
        // codes may be long numbers, but no address
        assert!(["4006381333932", "0300-1234567"].iter().all(|code| looks_personal(code, true).is_none()));
        assert_eq!(looks_personal("a.b@example.org", true), Some("e-mail addresses"));
    }
}
