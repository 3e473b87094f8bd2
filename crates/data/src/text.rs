//! Text: encodings, comparison keys, spreadsheet safety.

use std::borrow::Cow;
use std::fs::File;
use std::io::{Read, Seek};

use unicode_normalization::UnicodeNormalization;

/// An encoding that is not plain UTF-8, bytes of its mark, and the word for what is broken in it.
type Encoded = (&'static encoding_rs::Encoding, usize, &'static str);

/// How bytes that begin with `head` are to be read: by byte-order mark, by the `encoding` that the user named, as UTF-16 by its zero
/// bytes; `None` is UTF-8.
fn encoding_of(head: &[u8], encoding: Option<&str>) -> Result<Option<Encoded>, String> {
    if let Some((found, mark)) = encoding_rs::Encoding::for_bom(head) {
        return Ok(Some((found, mark, "broken")));
    }
    match encoding.map(|name| (name, encoding_rs::Encoding::for_label(name.as_bytes()))) {
        Some((_, Some(named))) => Ok(Some((named, 0, "not"))),
        Some((name, None)) => Err(format!("no encoding is called `{name}`")),
        None => Ok(utf16_by_zeros(head).map(|wide| (wide, 0, "broken"))),
    }
}

/// Turns bytes into text: by byte-order mark, as UTF-8, as UTF-16 by its zero bytes, or by `encoding` when the user named one.
///
/// # Errors
/// What the bytes look like, when they are none of these: an encoding is asked for, never guessed in silence.
pub fn decode(bytes: Vec<u8>, encoding: Option<&str>) -> Result<String, String> {
    if let Some((found, mark, word)) = encoding_of(&bytes, encoding)? {
        let text = found.decode_without_bom_handling_and_without_replacement(&bytes[mark..]);
        return text.map(Cow::into_owned).ok_or_else(|| format!("{word} {}", found.name()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(error.as_bytes(), true);
        not_utf8(error.utf8_error().valid_up_to() as u64, &detector)
    })
}

fn not_utf8(at: u64, detector: &chardetng::EncodingDetector) -> String {
    let guess = detector.guess(None, chardetng::Utf8Detection::Deny);
    format!("not UTF-8 from byte {at}; it looks like {}", guess.name())
}

/// Why a file is no text.
#[derive(Debug)]
pub(crate) enum TextError {
    /// It cannot be read.
    Io(std::io::Error),
    /// What its bytes look like.
    Encoding(String),
}

/// Bytes of a file that are turned into text at once.
const BLOCK: usize = 1 << 18;

/// A file as text, block by block, as [`decode`] would read it whole.
pub(crate) struct TextBlocks {
    input: File,
    raw: Vec<u8>,
    /// Bytes of `raw` that are not yet text: the head of the file, or the first bytes of a letter.
    held: usize,
    /// Bytes that were turned into text.
    done: u64,
    decoder: Option<(encoding_rs::Decoder, Encoded)>,
    ended: bool,
}

impl TextBlocks {
    pub(crate) fn new(mut input: File, encoding: Option<&str>) -> Result<Self, TextError> {
        let mut raw = vec![0; BLOCK];
        let held = fill(&mut input, &mut raw)?;
        let found = encoding_of(&raw[..held], encoding).map_err(TextError::Encoding)?;
        let mark = found.map_or(0, |f| f.1);
        raw.copy_within(mark..held, 0);
        let decoder = found.map(|f| (f.0.new_decoder_without_bom_handling(), f));
        Ok(Self { input, raw, held: held - mark, done: 0, decoder, ended: false })
    }

    /// Replaces `text` by the next block; false, and no text, at the end.
    pub(crate) fn next(&mut self, text: &mut String) -> Result<bool, TextError> {
        text.clear();
        while text.is_empty() && !self.ended {
            let full = self.held + fill(&mut self.input, &mut self.raw[self.held..])?;
            self.ended = full < self.raw.len();
            let used = match &mut self.decoder {
                Some((decoder, (encoding, _, word))) => {
                    let room = decoder.max_utf8_buffer_length_without_replacement(full).unwrap_or(3 * full + 16);
                    text.reserve(room);
                    let (result, used) = decoder.decode_to_string_without_replacement(&self.raw[..full], text, self.ended);
                    if matches!(result, encoding_rs::DecoderResult::Malformed(..)) {
                        return Err(TextError::Encoding(format!("{word} {}", encoding.name())));
                    }
                    used
                }
                None => match std::str::from_utf8(&self.raw[..full]) {
                    Ok(all) => {
                        text.push_str(all);
                        full
                    }
                    // a letter that is cut by the end of the block
                    Err(error) if error.error_len().is_none() && !self.ended => {
                        text.push_str(std::str::from_utf8(&self.raw[..error.valid_up_to()]).unwrap_or_default());
                        error.valid_up_to()
                    }
                    Err(error) => return Err(self.not_utf8(self.done + error.valid_up_to() as u64)?),
                },
            };
            self.done += used as u64;
            self.raw.copy_within(used..full, 0);
            self.held = full - used;
        }
        Ok(!text.is_empty())
    }

    /// Says what the file looks like, from its beginning to some way past the byte.
    fn not_utf8(&mut self, at: u64) -> Result<TextError, TextError> {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        self.input.rewind().map_err(TextError::Io)?;
        let mut read = 0;
        loop {
            let block = fill(&mut self.input, &mut self.raw)?;
            read += block as u64;
            let last = block < self.raw.len() || read > at + (4 * BLOCK) as u64;
            detector.feed(&self.raw[..block], last);
            if last {
                return Ok(TextError::Encoding(not_utf8(at, &detector)));
            }
        }
    }
}

/// Reads until the buffer is full or the file ends; returns how much was read.
fn fill(input: &mut File, buffer: &mut [u8]) -> Result<usize, TextError> {
    let mut full = 0;
    while full < buffer.len() {
        match input.read(&mut buffer[full..]) {
            Ok(0) => break,
            Ok(read) => full += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(TextError::Io(error)),
        }
    }
    Ok(full)
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

/// The cell that [`neutral`] was given.
#[must_use]
pub fn unneutral(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
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
    fn blocks_say_what_the_whole_file_says() {
        let long = "site_id,نام,Trhové\n".repeat(40_000);
        let wide = |bytes: fn(u16) -> [u8; 2]| long.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("Trhové Sviny\n");
        let mut broken = long.clone().into_bytes();
        broken.extend_from_slice(b"\xe9,\n");
        broken.extend_from_slice(long.as_bytes());
        let mut cut = long.clone().into_bytes();
        cut.push(0xd8);
        let cases: [(Vec<u8>, Option<&str>); 9] = [
            (long.clone().into_bytes(), None),
            ([b"\xef\xbb\xbf", long.as_bytes()].concat(), None),
            ([b"\xff\xfe".to_vec(), wide(u16::to_le_bytes)].concat(), None),
            ([b"\xfe\xff".to_vec(), wide(u16::to_be_bytes)].concat(), None),
            ("a,b\n".repeat(200_000).encode_utf16().flat_map(u16::to_le_bytes).collect(), None),
            (latin.repeat(50_000), Some("windows-1252")),
            (broken, None),
            (cut, None),
            (Vec::new(), None),
        ];
        for (k, (bytes, encoding)) in cases.into_iter().enumerate() {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &bytes).unwrap();
            let blocks = || -> Result<String, TextError> {
                let mut blocks = TextBlocks::new(File::open(file.path()).unwrap(), encoding)?;
                let (mut all, mut block) = (String::new(), String::new());
                while blocks.next(&mut block)? {
                    all += &block;
                }
                Ok(all)
            };
            let found = blocks().map_err(|e| if let TextError::Encoding(reason) = e { reason } else { panic!("{e:?}") });
            assert!(found == decode(bytes, encoding), "case {k}");
        }
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
