//! Several statements of which all or none take effect.

use sqlx::{Postgres, SqlSafeStr, Sqlite};

use super::{Row, Value, value};
use crate::Result;

/// A change that is being made; dropped without [`Transaction::commit`], it was never made.
pub(crate) enum Transaction {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Transaction {
    pub async fn rows(&mut self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Sqlite(t) => value::sqlite(sql, values).fetch_all(&mut **t).await?.into_iter().map(Row::Sqlite).collect(),
            Self::Postgres(t) => value::postgres(sql, values).fetch_all(&mut **t).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    pub async fn row(&mut self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Number of rows that a statement met.
    pub async fn run(&mut self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<u64> {
        Ok(match self {
            Self::Sqlite(t) => value::sqlite(sql, values).execute(&mut **t).await?.rows_affected(),
            Self::Postgres(t) => value::postgres(sql, values).execute(&mut **t).await?.rows_affected(),
        })
    }

    /// Waits until no other change holds the same lock, and holds it to the end. SQLite has one writer anyway.
    pub async fn lock(&mut self, lock: Lock) -> Result<()> {
        if matches!(self, Self::Postgres(_)) {
            self.run("SELECT pg_advisory_xact_lock($1)", vec![Value::from(lock as i64)]).await?;
        }
        Ok(())
    }

    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(t) => t.commit().await?,
            Self::Postgres(t) => t.commit().await?,
        }
        Ok(())
    }
}

/// What changes of PostgreSQL must not do side by side.
#[derive(Debug, Clone, Copy)]
#[repr(i64)]
pub(crate) enum Lock {
    /// Counting the jobs that wait, and adding one.
    Queue = 0x7469_6572_0001,
    /// Being the service of a database: held for as long as it runs.
    Service = 0x7469_6572_0002,
}
