//! Letters that can be set: what somebody typed, made fit for a page without becoming other words.

use std::collections::{BTreeMap, BTreeSet};

use typst::text::is_default_ignorable;

use super::fonts::Fonts;

/// First-strong isolate: text in the direction of its own letters.
const FIRST_STRONG: char = '\u{2068}';
/// Left-to-right isolate.
const LEFT_TO_RIGHT: char = '\u{2066}';
/// End of an isolate.
const END: char = '\u{2069}';
/// A place where a line may break.
const BREAK: char = '\u{200b}';
const NO_BREAK_SPACE: char = '\u{a0}';

/// Letters in a row without a space after which a line may break anyhow, or a cell would overflow.
const LONGEST_WORD: usize = 28;

/// Makes words fit for a page, and remembers the letters that no font has.
pub(super) struct Letters<'a> {
    fonts: &'a Fonts,
    right_to_left: bool,
    known: BTreeMap<char, bool>,
    replacement: char,
    pub lacking: BTreeSet<char>,
}

impl<'a> Letters<'a> {
    pub fn new(fonts: &'a Fonts, right_to_left: bool) -> Self {
        let replacement = ['\u{fffd}', '\u{25a1}'].into_iter().find(|&c| fonts.cover(c)).unwrap_or('?');
        Self { fonts, right_to_left, known: BTreeMap::new(), replacement, lacking: BTreeSet::new() }
    }

    /// Words of the document's language.
    pub fn words(&mut self, words: &str) -> String {
        let mut out = String::with_capacity(words.len());
        let mut unbroken = 0;
        for letter in words.chars() {
            let Some(letter) = self.letter(letter) else { continue };
            unbroken = if letter.is_alphanumeric() { unbroken + 1 } else { 0 };
            if unbroken > LONGEST_WORD {
                out.push(BREAK);
                unbroken = 1;
            }
            out.push(letter);
        }
        out
    }

    /// A name, kept apart from the text around it.
    pub fn name(&mut self, name: &str) -> String {
        let words = self.words(name);
        let apart = self.right_to_left || !words.is_ascii();
        if apart { format!("{FIRST_STRONG}{words}{END}") } else { words }
    }

    /// A number: left to right in any language, broken before its interval and not inside.
    pub fn number(&mut self, number: &str) -> String {
        let words = self.words(number);
        let mut out = String::with_capacity(words.len() + 8);
        let mut depth = 0;
        for (at, letter) in words.char_indices() {
            match letter {
                '[' | '(' => depth += 1,
                ']' | ')' => depth -= 1,
                _ => {}
            }
            let unit = words[at..].starts_with(" %");
            out.push(if letter == ' ' && (depth > 0 || unit) { NO_BREAK_SPACE } else { letter });
        }
        if self.right_to_left { format!("{LEFT_TO_RIGHT}{out}{END}") } else { out }
    }

    /// A picture's letters, whose markup is ASCII.
    pub fn picture(&mut self, svg: &str) -> String {
        svg.chars().filter_map(|c| if c.is_ascii() || is_isolate(c) { Some(c) } else { self.letter(c) }).collect()
    }

    /// What stands for a letter: nothing for one that is not seen and turns text around, a mark for one that cannot be shown.
    fn letter(&mut self, letter: char) -> Option<char> {
        match letter {
            ' '..='~' | NO_BREAK_SPACE => return Some(letter),
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => return Some(' '),
            // joiners, marks of direction and hyphenation are part of how a word is written
            BREAK..='\u{200f}' | '\u{ad}' | '\u{61c}' => return Some(letter),
            _ if is_default_ignorable(letter) || is_isolate(letter) || ('\u{202a}'..='\u{202e}').contains(&letter) => return None,
            _ => {}
        }
        let fonts = self.fonts;
        let shown = *self.known.entry(letter).or_insert_with(|| !letter.is_control() && letter != '\u{fffe}' && fonts.cover(letter));
        if shown {
            return Some(letter);
        }
        self.lacking.insert(letter);
        Some(self.replacement)
    }
}

fn is_isolate(letter: char) -> bool {
    (LEFT_TO_RIGHT..=END).contains(&letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all<T>(right_to_left: bool, then: impl FnOnce(&mut Letters<'_>) -> T) -> T {
        let fonts = Fonts::new([]);
        then(&mut Letters::new(&fonts, right_to_left))
    }

    #[test]
    fn names_are_isolated_where_directions_could_meet() {
        assert_eq!(all(false, |l| l.name("Mill 2")), "Mill 2");
        assert_eq!(all(true, |l| l.name("Mill 2")), "\u{2068}Mill 2\u{2069}");
        assert_eq!(all(false, |l| l.name("Ünï")), "\u{2068}Ünï\u{2069}");
    }

    #[test]
    fn a_name_cannot_end_its_isolate_or_turn_what_follows() {
        assert_eq!(all(true, |l| l.name("\u{202e}a\u{2069}b\u{202c}")), "\u{2068}ab\u{2069}");
        assert_eq!(all(true, |l| l.words("a\u{200f}b\u{200c}")), "a\u{200f}b\u{200c}");
    }

    #[test]
    fn numbers_break_before_their_interval_only() {
        assert_eq!(all(false, |l| l.number("4 % [1 %, 9 %]")), "4\u{a0}% [1\u{a0}%,\u{a0}9\u{a0}%]");
        assert_eq!(all(true, |l| l.number("12")), "\u{2066}12\u{2069}");
    }

    #[test]
    fn letters_without_a_glyph_leave_a_mark_and_are_remembered() {
        all(false, |l| {
            assert_eq!(l.words("a日b\u{0}c\nd"), format!("a{0}b{0}c d", l.replacement));
            assert_eq!(l.lacking.iter().copied().collect::<Vec<_>>(), ['\u{0}', '日']);
            assert_eq!(l.picture("<text>日</text>"), format!("<text>{}</text>", l.replacement));
        });
    }

    #[test]
    fn long_words_may_break() {
        let digest = "0".repeat(64);
        let shown = all(false, |l| l.words(&digest));
        assert_eq!(shown.split(BREAK).map(str::len).collect::<Vec<_>>(), [28, 28, 8]);
        assert_eq!(shown.replace(BREAK, ""), digest);
    }
}
