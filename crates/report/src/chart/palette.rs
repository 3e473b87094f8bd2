//! Colours of charts, told apart without colour vision: parts differ in lightness, classes run from light to dark.
//!
//! Each shape carries its colour for paper as an attribute and a class; a page in the dark overrides the class.

use std::fmt::Write;

/// What a colour stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Words.
    Text,
    /// Words beside the point.
    Muted,
    /// Lines behind the data.
    Grid,
    /// What lies behind all.
    Ground,
    /// The data.
    Mark,
    /// Data that matter most: on record, adding.
    Strong,
    /// Data that lower.
    Less,
    /// What nobody has traced, what has no value.
    Dark,
    /// Borders.
    Border,
    /// A part of a whole, by its number.
    Part(usize),
    /// A class of a map of so many classes, lowest first.
    Class(usize, usize),
}

/// Class, on paper, in the dark.
type Tone = (&'static str, &'static str, &'static str);

const PARTS: [Tone; 5] = [
    ("p0", "#1d4e79", "#5b9bd0"),
    ("p1", "#e0a458", "#f0c27f"),
    ("p2", "#4f8f7b", "#7cc4ad"),
    ("p3", "#a9477a", "#d98bb4"),
    ("p4", "#8c8f94", "#a5a9af"),
];
/// One hue, its lightness falling step by step on paper and rising in the dark.
const CLASSES: [Tone; 7] = [
    ("c0", "#e6eff5", "#1c2f3d"),
    ("c1", "#c3dae8", "#234560"),
    ("c2", "#98c0d8", "#2c5f85"),
    ("c3", "#689fc2", "#3f7fab"),
    ("c4", "#3c7ba6", "#66a3cb"),
    ("c5", "#1f5780", "#98c6e4"),
    ("c6", "#0b3454", "#cfe6f5"),
];

impl Ink {
    fn tone(self) -> Tone {
        match self {
            Self::Text => ("tx", "#1b2430", "#e8ebef"),
            Self::Muted => ("mu", "#566270", "#a6b0bb"),
            Self::Grid => ("gr", "#dfe3e8", "#333c47"),
            Self::Ground => ("gd", "#ffffff", "#12171d"),
            Self::Mark => ("mk", "#2b6a99", "#6fb0dd"),
            Self::Strong => ("st", "#b3471d", "#f0905f"),
            Self::Less => ("ls", "#2b6a99", "#6fb0dd"),
            Self::Dark => ("dk", "#8c8f94", "#7d858f"),
            Self::Border => ("bd", "#ffffff", "#12171d"),
            Self::Part(at) => PARTS[at % PARTS.len()],
            Self::Class(at, of) => {
                let last = CLASSES.len() - 1;
                CLASSES[if of < 2 { last / 2 } else { (at * last + (of - 1) / 2) / (of - 1) }.min(last)]
            }
        }
    }

    /// Class that a style sheet may override.
    pub(crate) fn class(self) -> &'static str {
        self.tone().0
    }

    /// Colour on paper.
    pub(crate) fn paper(self) -> &'static str {
        self.tone().1
    }

    fn all() -> impl Iterator<Item = Self> {
        let single = [Self::Text, Self::Muted, Self::Grid, Self::Ground, Self::Mark, Self::Strong, Self::Less, Self::Dark, Self::Border];
        let parts = (0..PARTS.len()).map(Self::Part);
        single.into_iter().chain(parts).chain((0..CLASSES.len()).map(|at| Self::Class(at, CLASSES.len())))
    }

    /// Style rules for a page in the light or in the dark.
    pub(crate) fn rules(dark: bool) -> String {
        let mut out = String::new();
        for ink in Self::all() {
            let (class, paper, night) = ink.tone();
            let colour = if dark { night } else { paper };
            // writing to a String cannot fail
            let _ = write!(out, ".f-{class}{{fill:{colour}}}.s-{class}{{stroke:{colour}}}");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: &str) -> f64 {
        let part = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        let linear = |x: f64| if x <= 0.040_45 { x / 12.92 } else { libm::pow((x + 0.055) / 1.055, 2.4) };
        0.2126 * linear(part(1)) + 0.7152 * linear(part(3)) + 0.0722 * linear(part(5))
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// WCAG 2.2, 1.4.3 and 1.4.11.
    #[test]
    fn words_and_marks_stand_out() {
        let [(_, paper, dark)] = [Ink::Ground.tone()];
        for ink in [Ink::Text, Ink::Muted, Ink::Strong, Ink::Mark] {
            let (class, light, night) = ink.tone();
            assert!(contrast(light, paper) >= 4.5, "{class} on paper: {}", contrast(light, paper));
            assert!(contrast(night, dark) >= 4.5, "{class} in the dark: {}", contrast(night, dark));
        }
        assert!(contrast(Ink::Dark.tone().1, paper) >= 3.0);
        assert!(contrast(Ink::Dark.tone().2, dark) >= 3.0);
    }

    #[test]
    fn classes_run_one_way_in_lightness() {
        assert!(CLASSES.windows(2).all(|w| luminance(w[0].1) > luminance(w[1].1)));
        assert!(CLASSES.windows(2).all(|w| luminance(w[0].2) < luminance(w[1].2)));
        // neighbours among the first parts differ in lightness, so that they part without colour
        assert!(PARTS[..2].windows(2).all(|w| contrast(w[0].1, w[1].1) > 2.0 && contrast(w[0].2, w[1].2) > 1.5));
    }

    #[test]
    fn few_classes_span_the_scale() {
        assert_eq!(Ink::Class(0, 3).class(), "c0");
        assert_eq!(Ink::Class(1, 3).class(), "c3");
        assert_eq!(Ink::Class(2, 3).class(), "c6");
        assert_eq!(Ink::Class(0, 1).class(), "c3");
        assert_eq!(Ink::Class(9, 4).class(), "c6");
    }
}
