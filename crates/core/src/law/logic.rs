//! Kleene's three-valued logic.

/// Yes, no, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// It does not hold.
    No,
    /// Not known: neither yes nor no.
    Unknown,
    /// It holds.
    Yes,
}

impl Answer {
    /// Name in tables and files.
    #[must_use]
    pub fn slug(self) -> &'static str {
        ["no", "unknown", "yes"][self as usize]
    }

    /// Both hold: the weaker of the two.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// One of them holds: the stronger of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// It does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Answer::No => Answer::Yes,
            Answer::Unknown => Answer::Unknown,
            Answer::Yes => Answer::No,
        }
    }
}

impl From<bool> for Answer {
    fn from(holds: bool) -> Self {
        if holds { Answer::Yes } else { Answer::No }
    }
}

impl From<Option<bool>> for Answer {
    fn from(holds: Option<bool>) -> Self {
        holds.map_or(Answer::Unknown, Answer::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Answer::{self, No, Unknown, Yes};

    #[test]
    fn unknown_is_decided_only_by_what_decides_alone() {
        assert_eq!([Unknown.and(No), Unknown.and(Yes), Unknown.or(Yes), Unknown.or(No)], [No, Unknown, Yes, Unknown]);
        assert_eq!([No, Unknown, Yes].map(Answer::negated), [Yes, Unknown, No]);
    }
}
