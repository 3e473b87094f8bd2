//! Text: encodings, comparison keys, spreadsheet safety.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Turns bytes into text: by byte-order mark, as UTF-8, as UTF-16 by its zero bytes, or by `encoding` when the user named one.
///
/// # Errors
/// What the bytes look like, when they are none of these: an encoding is asked for, never guessed in silence.
pub fn decode(bytes: Vec<u8>, encoding: Option<&str>) -> Result<String, String> {
    if let Some((found, _)) = encoding_rs::Encoding::for_bom(&bytes) {
        let (text, _, errors) = found.decode(&bytes);
        return if errors { Err(format!("broken {}", found.name())) } else { Ok(text.into_owned()) };
    }
    if let Some(name) = encoding {
        let Some(named) = encoding_rs::Encoding::for_label(name.as_bytes()) else {
            return Err(format!("no encoding is called `{name}`"));
        };
        let (text, _, errors) = named.decode(&bytes);
        return if errors { Err(format!("not {}", named.name())) } else { Ok(text.into_owned()) };
    }
    if let Some(wide) = utf16_by_zeros(&bytes) {
        let (text, _, errors) = wide.decode(&bytes);
        return if errors { Err(format!("broken {}", wide.name())) } else { Ok(text.into_owned()) };
    }
    String::from_utf8(bytes).map_err(|error| {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(error.as_bytes(), true);
        let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
        format!("not UTF-8 from byte {}; it looks like {}", error.utf8_error().valid_up_to(), guess.name())
    })
}

/// UTF-16 without a mark: in mostly Latin text every other byte is zero.
fn utf16_by_zeros(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = &bytes[..bytes.len().min(4096)];
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let half = sample.len() / 2;
    if half < 2 || even + odd == 0 {
        None
    } else if odd * 2 > half && even == 0 {
        Some(encoding_rs::UTF_16LE)
    } else if even * 2 > half && odd == 0 {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// Key under which names compare: NFKC, lower case, Arabic letter forms and digits unified, everything that is not a letter or
/// digit dropped.
#[must_use]
pub fn key(name: &str) -> String {
    if name.is_ascii() {
        return name.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase() as char).collect();
    }
    // NFKD parts accents from Latin letters, so that é and e compare equal; Arabic marks (vowels) go the same way
    name.nfkd().flat_map(char::to_lowercase).filter_map(unified).collect()
}

fn unified(c: char) -> Option<char> {
    let c = match c {
        'ي' | 'ى' | 'ے' => 'ی',
        'ك' => 'ک',
        'ه' | 'ة' | 'ۀ' | 'ھ' | 'ہ' => 'ہ',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        '٠'..='٩' => char::from_digit(c as u32 - '٠' as u32, 10)?,
        '۰'..='۹' => char::from_digit(c as u32 - '۰' as u32, 10)?,
        'ı' => 'i',
        'ø' => 'o',
        'ł' => 'l',
        _ => c,
    };
    c.is_alphanumeric().then_some(c)
}

/// Key of a column header: words joined by `_`.
#[must_use]
pub fn header_key(header: &str) -> String {
    let mut out = String::new();
    for c in header.nfkc().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
    }
    out.trim_end_matches('_').to_owned()
}

/// Makes a cell safe for spreadsheets: text that a spreadsheet would take for a formula gets a leading apostrophe.
#[must_use]
pub fn neutral(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// Longest text, in bytes, that names are compared with: a longer one is no misspelt name, and comparing takes its square.
const NAME_BYTES: usize = 100;

/// The nearest of some names, best first, at most three, none of them far; none for a text that is too long to be a name.
pub fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    if name.len() > NAME_BYTES {
        return Vec::new();
    }
    let wanted = key(name);
    let mut scored: Vec<(f64, &str)> = names.map(|n| (strsim::jaro_winkler(&wanted, &key(n)), n)).filter(|(s, _)| *s > 0.8).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored.dedup_by(|a, b| a.1 == b.1);
    scored.into_iter().take(3).map(|(_, n)| n).collect()
}

/// "did you mean a, b?" or nothing.
#[must_use]
pub fn did_you_mean(names: &[&str]) -> String {
    if names.is_empty() { String::new() } else { format!("did you mean {}?", names.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_recognised_or_asked_for() {
        let utf16: Vec<u8> = "site_id,name".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(utf16, None).unwrap(), "site_id,name");
        assert_eq!(decode(b"\xef\xbb\xbfsite".to_vec(), None).unwrap(), "site");
        let latin = b"Trhov\xe9 Sviny".to_vec();
        assert!(decode(latin.clone(), None).unwrap_err().contains("windows-125"));
        assert_eq!(decode(latin, Some("windows-1252")).unwrap(), "Trhové Sviny");
        assert!(decode(b"x\xff".to_vec(), Some("klingon")).is_err());
    }

    #[test]
    fn keys_unify_spelling() {
        assert_eq!(key("Rahim Yar-Khan"), key("RAHIM  YAR KHAN"));
        assert_eq!(key("سيالكوٹ"), key("سیالکوٹ"));
        assert_eq!(key("Mönchengladbach"), "monchengladbach");
        assert_eq!(header_key(" Supplier  ID* "), "supplier_id");
    }

    #[test]
    fn long_texts_are_like_no_name() {
        assert_eq!(nearest("brick_kils", ["brick_kilns", "carpets"].into_iter()), ["brick_kilns"]);
        let long = "brick_kilns".repeat(10);
        assert!(nearest(&long, [long.as_str()].into_iter()).is_empty());
    }

    #[test]
    fn formulas_are_neutralised() {
        assert_eq!(neutral("=1+1"), "'=1+1");
        assert_eq!(neutral("Sialkot"), "Sialkot");
    }
}
