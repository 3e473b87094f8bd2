//! What the cells of a column mean, whatever they are stored as.

use jiff::civil::Date;
use polars_parquet_format::{ConvertedType, LogicalType, TimeUnit, Type};

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// What the cells of a column mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// What they are: text, numbers, true or false.
    Plain,
    /// Days: so many units since 1970-01-01, this many of which are a day.
    Day(i64),
}

/// How a column is read, so that its values are those it is stored as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    AsStored,
    Text,
    /// Integers of so many bits without a sign.
    Unsigned(i8),
}

impl Kind {
    /// Of a column's type; `Err` names one that is not read.
    pub(super) fn of(
        stored: Type,
        logical: Option<&LogicalType>,
        converted: Option<ConvertedType>,
    ) -> std::result::Result<(Self, Plain), String> {
        use LogicalType as L;
        let plain = Ok((Self::Plain, Plain::AsStored));
        let text = Ok((Self::Plain, Plain::Text));
        let day = |units: i64| Ok((Self::Day(units), Plain::AsStored));
        let unread = |what: &str| Err(format!("{what} ({})", super::footer::stored(stored)));
        match (stored, logical) {
            (Type::BOOLEAN | Type::FLOAT | Type::DOUBLE, None) | (Type::INT32 | Type::INT64, Some(L::UNKNOWN(_))) => plain,
            (Type::INT32, Some(L::DATE(_))) => day(1),
            (Type::INT64, Some(L::TIMESTAMP(stamp))) => day(match stamp.unit {
                TimeUnit::MILLIS(_) => DAY,
                TimeUnit::MICROS(_) => DAY * 1_000,
                TimeUnit::NANOS(_) => DAY * 1_000_000,
            }),
            // smaller ones are stored as signed integers of 32 bits, which hold them
            (Type::INT32 | Type::INT64, Some(L::INTEGER(integer))) => {
                let whole = !integer.is_signed && integer.bit_width == if stored == Type::INT32 { 32 } else { 64 };
                Ok((Self::Plain, if whole { Plain::Unsigned(integer.bit_width) } else { Plain::AsStored }))
            }
            (Type::BYTE_ARRAY, Some(L::STRING(_) | L::ENUM(_) | L::JSON(_))) => text,
            (_, Some(L::DECIMAL(_))) => unread("decimal"),
            (_, Some(L::TIME(_))) => unread("time of day"),
            (_, Some(_)) => unread("other"),
            (_, None) => match (stored, converted) {
                (Type::INT32 | Type::INT64, None) => plain,
                (Type::INT32, Some(ConvertedType::DATE)) => day(1),
                (Type::INT64, Some(ConvertedType::TIMESTAMP_MILLIS)) => day(DAY),
                (Type::INT64, Some(ConvertedType::TIMESTAMP_MICROS)) => day(DAY * 1_000),
                (Type::INT32, Some(ConvertedType::UINT_32)) => Ok((Self::Plain, Plain::Unsigned(32))),
                (Type::INT64, Some(ConvertedType::UINT_64)) => Ok((Self::Plain, Plain::Unsigned(64))),
                (Type::INT32 | Type::INT64, Some(other)) if INTEGERS.contains(&other) => plain,
                (Type::BYTE_ARRAY, Some(ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON)) => text,
                (_, Some(ConvertedType::DECIMAL)) => unread("decimal"),
                (_, Some(ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS)) => unread("time of day"),
                (Type::INT96, _) => unread("time stamp of 96 bits"),
                _ => unread("bytes"),
            },
        }
    }

    /// The text of a cell that is stored as a whole number.
    pub(in super::super) fn text(self, stored: i64) -> String {
        match self {
            Self::Plain => stored.to_string(),
            // a day that no calendar has is told as the number it is
            Self::Day(units) => day(stored.div_euclid(units)).map_or_else(|| stored.to_string(), |day| day.to_string()),
        }
    }
}

/// Integers that are stored as they are.
const INTEGERS: [ConvertedType; 6] = [
    ConvertedType::INT_8,
    ConvertedType::INT_16,
    ConvertedType::INT_32,
    ConvertedType::INT_64,
    ConvertedType::UINT_8,
    ConvertedType::UINT_16,
];

/// The day so many days after 1970-01-01.
fn day(days: i64) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(Kind::Day(1).text(20_780), "2026-11-23");
        assert_eq!(Kind::Day(DAY).text(-1), "1969-12-31");
        assert_eq!(Kind::Day(DAY).text(20_780 * DAY + 1), "2026-11-23");
        assert_eq!(Kind::Day(1).text(i64::MAX), i64::MAX.to_string());
    }
}
