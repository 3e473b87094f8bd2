//! Days as exactly as they are known: a year, a month or a day.

use jiff::civil::Date;

use super::Answer;

/// All days that a date in a pack may mean: `2018`, `2018-05` or `2018-05-30`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First of them.
    pub first: Date,
    /// Last of them.
    pub last: Date,
}

impl Period {
    /// Reads a year, a month or a day; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-').map(|part| part.parse::<i16>().ok());
        let (year, month, day) = (parts.next()??, parts.next(), parts.next());
        if parts.next().is_some() || text.split('-').next()?.len() != 4 {
            return None;
        }
        let date = |month: i16, day: i16| Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
        Some(match (month, day) {
            (None, _) => Self { first: date(1, 1)?, last: date(12, 31)? },
            (Some(month), None) => {
                let first = date(month?, 1)?;
                Self { first, last: first.last_of_month() }
            }
            (Some(month), Some(day)) => {
                let day = date(month?, day?)?;
                Self { first: day, last: day }
            }
        })
    }

    /// Whether it has begun on a day.
    #[must_use]
    pub fn begun(self, on: Date) -> Answer {
        if on < self.first {
            Answer::No
        } else if on >= self.last {
            Answer::Yes
        } else {
            Answer::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_year_has_begun_for_certain_at_its_end() {
        let year = Period::parse("2018").unwrap();
        assert_eq!(year.begun(date(2017, 12, 31)), Answer::No);
        assert_eq!(year.begun(date(2018, 5, 1)), Answer::Unknown);
        assert_eq!(year.begun(date(2018, 12, 31)), Answer::Yes);
        assert_eq!(Period::parse("2024-02").unwrap().last, date(2024, 2, 29));
        assert_eq!(Period::parse("2025-05-30").unwrap().begun(date(2025, 5, 30)), Answer::Yes);
        for bad in ["", "18", "2018-13", "2018-02-30", "2018-1-1-1", "soon"] {
            assert_eq!(Period::parse(bad), None, "{bad}");
        }
    }
}
