//! Running text as spans.

/// Text of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(pub Vec<Span>);

/// A stretch of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Span {
    /// Words of the document's language.
    Plain(String),
    /// The same, stressed.
    Strong(String),
    /// A name or id that somebody typed: kept apart from the text around it, in the direction of its own letters.
    Name(String),
    /// A number with its unit, formatted: runs left to right in any language.
    Number(String),
    /// A link: an anchor of the document (`#id`) or an address.
    Link {
        /// Where to.
        to: String,
        /// Its words.
        words: String,
    },
}

impl Text {
    /// Words of the document's language.
    #[must_use]
    pub fn plain(words: impl Into<String>) -> Self {
        Self(vec![Span::Plain(words.into())])
    }

    /// A name that somebody typed.
    #[must_use]
    pub fn name(words: impl Into<String>) -> Self {
        Self(vec![Span::Name(words.into())])
    }

    /// A number, formatted.
    #[must_use]
    pub fn number(words: impl Into<String>) -> Self {
        Self(vec![Span::Number(words.into())])
    }

    /// The letters alone, for titles of files, text alternatives and tests.
    #[must_use]
    pub fn letters(&self) -> String {
        let words = self.0.iter().map(|s| match s {
            Span::Plain(w) | Span::Strong(w) | Span::Name(w) | Span::Number(w) | Span::Link { words: w, .. } => w.as_str(),
        });
        words.collect()
    }
}
