//! Rows of answers.

use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row as _, TypeInfo};

use super::Value;
use crate::{Error, Result};

/// A row of either database.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    pub fn int(&self, column: &str) -> Result<i64> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub fn maybe_int(&self, column: &str) -> Result<Option<i64>> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub fn count(&self, column: &str) -> Result<u64> {
        Ok(self.int(column)?.try_into().unwrap_or(0))
    }

    pub fn flag(&self, column: &str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    pub fn real(&self, column: &str) -> Result<f64> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub fn text(&self, column: &str) -> Result<String> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    pub fn maybe_text(&self, column: &str) -> Result<Option<String>> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// An id, digest or word that was kept as text.
    pub fn parsed<T: std::str::FromStr<Err = Error>>(&self, column: &str) -> Result<T> {
        self.text(column)?.parse()
    }

    pub fn maybe_parsed<T: std::str::FromStr<Err = Error>>(&self, column: &str) -> Result<Option<T>> {
        self.maybe_text(column)?.map(|text| text.parse()).transpose()
    }

    pub fn time(&self, column: &str) -> Result<Timestamp> {
        time(self.int(column)?)
    }

    pub fn maybe_time(&self, column: &str) -> Result<Option<Timestamp>> {
        self.maybe_int(column)?.map(time).transpose()
    }

    pub fn json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<T> {
        from_json(&self.text(column)?)
    }

    pub fn maybe_json<T: serde::de::DeserializeOwned>(&self, column: &str) -> Result<Option<T>> {
        self.maybe_text(column)?.map(|text| from_json(&text)).transpose()
    }

    /// All columns by name, as they are kept.
    pub fn columns(&self) -> Result<Vec<(String, Value)>> {
        match self {
            Self::Sqlite(row) => row
                .columns()
                .iter()
                .map(|column| {
                    let at = column.ordinal();
                    // the type that was declared: a value of NULL has none
                    Ok((
                        column.name().to_owned(),
                        match column.type_info().name() {
                            "INTEGER" | "BIGINT" => Value::Int(row.try_get(at)?),
                            "REAL" => Value::Real(row.try_get(at)?),
                            _ => Value::Text(row.try_get(at)?),
                        },
                    ))
                })
                .collect(),
            Self::Postgres(row) => row
                .columns()
                .iter()
                .map(|column| {
                    let at = column.ordinal();
                    Ok((
                        column.name().to_owned(),
                        match column.type_info().name() {
                            "INT8" => Value::Int(row.try_get(at)?),
                            "FLOAT8" => Value::Real(row.try_get(at)?),
                            _ => Value::Text(row.try_get(at)?),
                        },
                    ))
                })
                .collect(),
        }
    }
}

fn time(milliseconds: i64) -> Result<Timestamp> {
    Timestamp::from_millisecond(milliseconds).map_err(|_| Error::Malformed { what: "time", expected: "milliseconds since 1970" })
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| Error::Malformed { what: "JSON in the database", expected: "what this program writes" })
}
