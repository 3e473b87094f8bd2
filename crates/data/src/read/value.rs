//! Cells to values. `Ok(None)` is always "blank", an `Err` says what was expected.

use jiff::civil::Date;

/// Digits of other scripts, made Latin.
fn latin_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '٠'..='٩' => char::from(b'0' + (c as u32 - '٠' as u32) as u8),
            '۰'..='۹' => char::from(b'0' + (c as u32 - '۰' as u32) as u8),
            '٫' => '.',
            '٬' => ',',
            _ => c,
        })
        .collect()
}

/// Words that mean "not known".
fn is_blank(text: &str) -> bool {
    text.is_empty() || ["-", "?", "n/a", "na", "unknown", "null", "none", "نامعلوم"].iter().any(|w| text.eq_ignore_ascii_case(w))
}

/// A finite number; thousands may be parted by commas.
pub fn number(text: &str) -> Result<Option<f64>, &'static str> {
    let parse = |t: &str| t.parse::<f64>().ok().filter(|x| x.is_finite());
    if let Some(x) = parse(text) {
        return Ok(Some(x));
    }
    if is_blank(text) {
        return Ok(None);
    }
    let text = latin_digits(text);
    let whole = text.split('.').next().unwrap_or("");
    let mut groups = whole.trim_start_matches(['-', '+']).split(',');
    let first = groups.next().unwrap_or("");
    let grouped = whole.contains(',') && (1..=3).contains(&first.len()) && !first.starts_with('0') && groups.all(|g| g.len() == 3);
    let plain = if grouped { text.replace(',', "") } else { text };
    parse(&plain).map(Some).ok_or("a number")
}

/// A kind of number: what a cell of text says, and what a cell that is a number already may be.
#[derive(Clone, Copy)]
pub struct Number {
    /// Reads text.
    pub of_text: fn(&str) -> Result<Option<f64>, &'static str>,
    /// Checks a number.
    pub of_number: fn(f64) -> Result<f64, &'static str>,
}

/// Any finite number.
pub const NUMBER: Number = Number { of_text: number, of_number: finite };
/// A number that is not negative.
pub const AMOUNT: Number = Number { of_text: amount, of_number: amount_of };
/// People at one site: a whole number, at most a million.
pub const PEOPLE: Number = Number { of_text: people, of_number: people_of };
/// A share from 0 to 1; in text, a percent sign divides by 100.
pub const SHARE: Number = Number { of_text: share, of_number: share_of };

fn finite(x: f64) -> Result<f64, &'static str> {
    if x.is_finite() { Ok(x) } else { Err("a number") }
}

fn amount(text: &str) -> Result<Option<f64>, &'static str> {
    number(text)?.map(amount_of).transpose()
}

fn amount_of(x: f64) -> Result<f64, &'static str> {
    if finite(x)? < 0.0 { Err("a number that is not negative") } else { Ok(x) }
}

fn people(text: &str) -> Result<Option<f64>, &'static str> {
    number(text)?.map(people_of).transpose()
}

fn people_of(x: f64) -> Result<f64, &'static str> {
    if finite(x)?.fract() != 0.0 || !(0.0..=1e6).contains(&x) {
        return Err("a whole number of people, at most 1,000,000 (is a point meant as a comma?)");
    }
    Ok(x)
}

fn share(text: &str) -> Result<Option<f64>, &'static str> {
    let found = match text.strip_suffix(['%', '٪']) {
        Some(percent) => number(percent.trim()).map_err(|_| A_SHARE)?.map(|x| x / 100.0),
        None => number(text).map_err(|_| A_SHARE)?,
    };
    found.map(share_of).transpose()
}

const A_SHARE: &str = "a share from 0 to 1, or a percentage with its sign";

fn share_of(x: f64) -> Result<f64, &'static str> {
    if (0.0..=1.0).contains(&x) { Ok(x) } else { Err(A_SHARE) }
}

/// Yes, no, or blank for unknown.
pub fn yes_no(text: &str) -> Result<Option<bool>, &'static str> {
    if is_blank(text) {
        return Ok(None);
    }
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "t" | "1" | "1.0" | "ہاں" | "جی" | "haan" | "han" => Ok(Some(true)),
        "no" | "n" | "false" | "f" | "0" | "0.0" | "نہیں" | "nahin" | "nahi" => Ok(Some(false)),
        _ => Err("yes, no or blank"),
    }
}

/// A whole number of children.
pub fn count(text: &str) -> Result<Option<u32>, &'static str> {
    match number(text)? {
        Some(x) if x.fract() == 0.0 && (0.0..=1e6).contains(&x) => Ok(Some(x as u32)),
        Some(_) => Err("a whole number that is not negative"),
        None => Ok(None),
    }
}

/// A number that is not negative, or the ends of a band: `12-14`, `under 15`, `18+`.
pub fn band(text: &str) -> Result<Option<(f64, f64)>, &'static str> {
    let expected = "a number, or a band like 12-14, under 15 or 18+";
    let one = |part: &str| number(part.trim()).ok().flatten().filter(|x| *x >= 0.0).ok_or(expected);
    let text = text.trim().to_lowercase();
    if is_blank(&text) {
        return Ok(None);
    }
    if let Some(above) = text.strip_prefix("under ").or(text.strip_prefix('<')) {
        // the largest number below
        return Ok(Some((0.0, one(above)?.next_down().max(0.0))));
    }
    if let Some(from) = text.strip_suffix('+') {
        return Ok(Some((one(from)?, f64::INFINITY)));
    }
    if let Some((low, high)) = text.split_once(" to ").or(text.split_once(['-', '–'])) {
        let (low, high) = (one(low)?, one(high)?);
        return if low <= high { Ok(Some((low, high))) } else { Err("a band whose first number is not above its second") };
    }
    one(&text).map(|x| Some((x, x)))
}

/// A date, YYYY-MM-DD; a time after it is left off.
pub fn date(text: &str) -> Result<Option<Date>, &'static str> {
    let expected = "a date that exists, as YYYY-MM-DD";
    if is_blank(text) {
        return Ok(None);
    }
    let text = latin_digits(text);
    let day = text.split(['T', ' ']).next().unwrap_or("");
    let mut parts = day.splitn(3, '-');
    let mut next = |digits: usize| {
        parts.next().filter(|p| p.len() == digits && p.bytes().all(|b| b.is_ascii_digit())).and_then(|p| p.parse::<i16>().ok())
    };
    let (Some(year), Some(month), Some(day)) = (next(4), next(2), next(2)) else { return Err(expected) };
    Date::new(year, month as i8, day as i8).map(Some).map_err(|_| expected)
}

/// A date, or a month as YYYY-MM, which stands for its first day.
pub fn day_or_month(text: &str) -> Result<Option<Date>, &'static str> {
    let month = latin_digits(text);
    let whole = if month.len() == "YYYY-MM".len() && !is_blank(&month) { format!("{month}-01") } else { month };
    date(&whole).map_err(|_| "a date that exists, as YYYY-MM-DD, or a month, as YYYY-MM")
}

/// Two numbers, latitude then longitude, in brackets or not: `[32.5, 74.4]`.
pub fn pair(text: &str) -> Result<Option<(f64, f64)>, &'static str> {
    let expected = "latitude and longitude, e.g. [32.49, 74.53]";
    let bare = text.trim_matches(|c: char| "[]() ".contains(c));
    if is_blank(bare) {
        return Ok(None);
    }
    let mut parts = bare.split([',', ';', ' ']).filter(|p| !p.is_empty());
    let mut next = || parts.next().and_then(|p| number(p).ok().flatten());
    let (Some(latitude), Some(longitude)) = (next(), next()) else { return Err(expected) };
    if parts.next().is_some() { Err(expected) } else { Ok(Some((latitude, longitude))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_files_are_held_to_the_same() {
        for kind in [NUMBER, AMOUNT, PEOPLE, SHARE] {
            for x in [0.0, -0.0, 0.5, 1.0, 1.5, -1.0, 12.0, 2e6, f64::NAN, f64::INFINITY] {
                assert_eq!((kind.of_text)(&x.to_string()), (kind.of_number)(x).map(Some), "{x}");
            }
        }
    }

    #[test]
    fn numbers() {
        assert_eq!(number("1,250.5"), Ok(Some(1250.5)));
        assert_eq!(number("۱۲"), Ok(Some(12.0)));
        assert_eq!(number("n/a"), Ok(None));
        for bad in ["0,125", "1,25", "NaN", "inf", "12 kg", "1e999"] {
            assert!(number(bad).is_err(), "{bad}");
        }
        assert_eq!(share("45%"), Ok(Some(0.45)));
        assert!(share("1.2").is_err());
        assert!(amount("-1").is_err());
        assert!(count("2.5").is_err());
    }

    #[test]
    fn bands() {
        assert_eq!(band("13"), Ok(Some((13.0, 13.0))));
        for text in ["12-14", "12–14", "12 to 14", "۱۲-۱۴"] {
            assert_eq!(band(text), Ok(Some((12.0, 14.0))), "{text}");
        }
        assert!(band("under 15").unwrap().unwrap().1 < 15.0 && band("18+").unwrap().unwrap() == (18.0, f64::INFINITY));
        assert_eq!(band("unknown"), Ok(None));
        for bad in ["14-12", "-3", "child", "12-", "12-13-14", "under"] {
            assert!(band(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_must_exist() {
        assert_eq!(date("2026-02-28").unwrap().unwrap().day(), 28);
        assert_eq!(date("2026-02-28T10:00").unwrap().unwrap().day(), 28);
        for bad in ["2026-02-30", "28/02/2026", "2026-2-3", "26-02-03", "yesterday"] {
            assert!(date(bad).is_err(), "{bad}");
        }
        assert_eq!(day_or_month("2026-02"), date("2026-02-01"));
        assert_eq!(day_or_month("2026-02-28"), date("2026-02-28"));
        assert_eq!(day_or_month("unknown"), Ok(None));
        for bad in ["2026-13", "02-2026", "2026"] {
            assert!(day_or_month(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn pairs_and_answers() {
        assert_eq!(pair("[27.1591961, 78.3957331]"), Ok(Some((27.159_196_1, 78.395_733_1))));
        assert_eq!(pair(""), Ok(None));
        assert!(pair("[1]").is_err());
        assert_eq!(yes_no("ہاں"), Ok(Some(true)));
        assert_eq!(yes_no(""), Ok(None));
        assert!(yes_no("maybe").is_err());
    }
}
