//! Languages of reports.

/// A language in which a report is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
    /// Urdu: right to left, in Naskh; numbers, ids and Latin names run left to right inside it.
    #[serde(rename = "ur")]
    Urdu,
}

impl Language {
    /// Code of BCP 47.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Urdu => "ur",
        }
    }

    /// True where lines run from right to left.
    #[must_use]
    pub fn right_to_left(self) -> bool {
        self == Self::Urdu
    }
}
