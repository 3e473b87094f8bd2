//! Personal data is refused: by column name and by what cells look like. Values are never repeated.

use rayon::prelude::*;

use super::mapping::Mapped;
use crate::text::header_key;

/// Words in headers of columns about persons.
const PERSONAL_HEADERS: [&str; 30] = [
    "child_name",
    "children_names",
    "worker_name",
    "workers_names",
    "victim",
    "victim_name",
    "father_name",
    "fathers_name",
    "mother_name",
    "guardian",
    "guardian_name",
    "parent_name",
    "cnic",
    "nic",
    "nicop",
    "b_form",
    "bform",
    "national_id",
    "passport",
    "passport_no",
    "phone",
    "phone_no",
    "telephone",
    "mobile",
    "mobile_no",
    "cell_no",
    "email",
    "e_mail",
    "contact_person",
    "date_of_birth",
];

/// Columns of the format whose cells are ids, codes or coordinates: long digits there are no identity numbers.
const CODES: [&str; 14] = [
    "site_id",
    "supplier_id",
    "buyer_id",
    "agent_id",
    "evidence_id",
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

/// Columns of a file with personal data: (column, what it looks like).
#[must_use]
pub fn personal_columns(mapped: &Mapped<'_>) -> Vec<(usize, &'static str)> {
    let looks = |(at, header): (usize, &String)| {
        let named = PERSONAL_HEADERS.contains(&header_key(header).as_str()).then_some("its header names persons");
        named.or_else(|| personal_cells(mapped, at)).map(|what| (at, what))
    };
    mapped.table.header.par_iter().enumerate().filter_map(looks).collect()
}

fn personal_cells(mapped: &Mapped<'_>, at: usize) -> Option<&'static str> {
    let code = mapped.format_column(at).is_some_and(|c| CODES.contains(&c));
    let (mut bare, mut gs1) = (0usize, 0usize);
    for row in 0..mapped.len() {
        let cell = mapped.table.cell(row, at);
        // most cells are short and have neither: look closer only at the rest
        let digits = cell.bytes().filter(u8::is_ascii_digit).count();
        if digits < 10 && !cell.contains('@') {
            continue;
        }
        if has_identity_number(cell) {
            return Some("identity numbers");
        }
        if has_email(cell) {
            return Some("e-mail addresses");
        }
        if !code {
            if has_phone(cell) {
                return Some("phone numbers");
            }
            if cell.len() == 13 && digits == 13 {
                bare += 1;
                gs1 += usize::from(gs1_check(cell));
            }
        }
    }
    // GLN and EAN-13 have 13 digits too, and a check digit that identity numbers meet one time in ten
    (bare >= ENOUGH && gs1 * 2 < bare).then_some("identity numbers")
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
    fn looks_of_personal_data() {
        assert!(has_identity_number("CNIC 34603-1234567-1"));
        assert!(!has_identity_number("34603-1234567-12"));
        assert!(has_email("write to a.b@example.org."));
        assert!(!has_email("stitching @ home"));
        assert!(has_phone("Ph: +92 (52) 1234567"));
        assert!(has_phone("0300-1234567"));
        assert!(!has_phone("Plot 1234-5678, 110030, sector 9"));
        assert!(gs1_check("4006381333931") && !gs1_check("4006381333932"));
    }
}
