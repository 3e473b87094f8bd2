//! Words in a picture: what may stand in XML, how wide they are at most, where they break.

use crate::document::Text;
use crate::language::Language;

/// Letters of a text as one line: no control characters, no marks that turn the direction of what follows.
pub(crate) fn line(text: &Text) -> String {
    plain(&text.letters())
}

/// The same of plain words.
pub(crate) fn plain(words: &str) -> String {
    let kept = words.chars().filter(|c| !turns(*c)).map(|c| if c.is_whitespace() { ' ' } else { printable(c) });
    kept.collect::<String>().split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Embeddings, overrides, isolates and marks of direction.
fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A character, or the replacement character where XML and HTML allow none.
pub(crate) fn printable(c: char) -> char {
    let no_character = u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    if c.is_control() || no_character { '\u{fffd}' } else { c }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// A line in the direction of its own letters, whatever stands around it.
pub(crate) fn isolated(words: &str, language: Language) -> String {
    if !words.chars().any(is_right_to_left) {
        return words.to_owned();
    }
    let open = if language.right_to_left() { '\u{2067}' } else { '\u{2068}' };
    format!("{open}{words}\u{2069}")
}

/// Width at most, in units, of words set at `size`; fonts differ, so letters count a little more than most have.
pub(crate) fn width(words: &str, size: f64) -> f64 {
    words.chars().map(em).sum::<f64>() * size
}

fn em(c: char) -> f64 {
    match c {
        '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{200b}'..='\u{200d}' => 0.0,
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.32,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | '-' | '"' | 'I' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.95,
        'A'..='Z' | '&' | '+' | '=' | '<' | '>' | '~' | '_' | '−' => 0.72,
        '\u{600}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => 0.58,
        c if u32::from(c) >= 0x2e80 => 1.1,
        _ => 0.6,
    }
}

/// Breaks words into at most `lines` lines no wider than `most`; the last ends in `…` where something is left out.
pub(crate) fn wrap(words: &str, size: f64, most: f64, lines: usize) -> Vec<String> {
    let (mut out, mut last) = (Vec::new(), String::new());
    let mut rest = words.split(' ').peekable();
    while let Some(word) = rest.peek() {
        let gap = if last.is_empty() { "" } else { " " };
        if width(&last, size) + width(gap, size) + width(word, size) <= most {
            last.push_str(gap);
            last.push_str(word);
            rest.next();
        } else if out.len() + 1 < lines && !last.is_empty() {
            out.push(std::mem::take(&mut last));
        } else {
            let left: Vec<&str> = rest.collect();
            last = cut(&format!("{last}{gap}{}", left.join(" ")), size, most);
            break;
        }
    }
    out.push(last);
    out
}

/// Words no wider than `most`, ending in `…` where something is left out.
pub(crate) fn cut(words: &str, size: f64, most: f64) -> String {
    if width(words, size) <= most {
        return words.to_owned();
    }
    let mut room = most - width("…", size);
    let kept: String = words
        .chars()
        .take_while(|&c| {
            room -= em(c) * size;
            room >= 0.0
        })
        .collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_their_width_and_say_when_they_are_cut() {
        let words = "Grinding shop 27, Example Lohar Lane (invented)";
        assert_eq!(wrap(words, 13.0, 1_000.0, 2), [words]);
        let two = wrap(words, 13.0, 200.0, 2);
        assert_eq!(two.join(" "), words);
        let cut = wrap(words, 13.0, 120.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…'));
        assert!(cut.iter().all(|l| width(l, 13.0) <= 120.0), "{cut:?}");
        // one endless word, no room at all
        assert!(wrap(&"x".repeat(5_000), 13.0, 100.0, 2)[0].ends_with('…'));
        assert_eq!(wrap("word", 13.0, 0.0, 2), ["…"]);
        assert_eq!(wrap("", 13.0, 10.0, 2), [""]);
    }

    #[test]
    fn directions_and_controls_are_taken_out() {
        assert_eq!(plain("a\u{202e}b\u{0}c\u{fffe}\n\td"), "ab\u{fffd}c\u{fffd} d");
        assert_eq!(isolated("12 %", Language::Urdu), "12 %");
        assert_eq!(isolated("ضلع", Language::Urdu), "\u{2067}ضلع\u{2069}");
    }
}
