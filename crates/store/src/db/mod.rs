//! One way to ask either database. Statements are the same text for both: `$1` stands for a value in SQLite and PostgreSQL alike, and
//! columns are 64-bit integers, floats and text only.

mod row;
mod transaction;
mod value;

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection, SqlSafeStr};

pub(crate) use row::Row;
pub(crate) use transaction::{Lock, Transaction};
pub(crate) use value::{Value, values};

use crate::{Error, Result};

/// How long a call waits for a connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// Connections that read SQLite side by side.
const READERS: u32 = 8;
/// Connections to PostgreSQL.
const CONNECTIONS: u32 = 16;

/// Migrations: number, name, SQLite, PostgreSQL.
const MIGRATIONS: [(i64, &str, &str, &str); 1] =
    [(1, "first", include_str!("../../migrations/sqlite/1_first.sql"), include_str!("../../migrations/postgres/1_first.sql"))];

/// Connections to the database.
#[derive(Debug, Clone)]
pub(crate) enum Db {
    /// A file. One connection writes: writers wait for each other here and never meet a locked database.
    Sqlite { write: SqlitePool, read: SqlitePool },
    /// A server.
    Postgres(PgPool),
}

impl Db {
    /// Opens a file; makes it if it may. Nobody but its owner reads it, nor what SQLite puts beside it.
    pub async fn sqlite(file: &Path, create: bool) -> Result<Self> {
        if create {
            private(file)?;
        }
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(create)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(PATIENCE)
            .pragma("trusted_schema", "OFF")
            // else REPLACE would go around the triggers of what is only added to
            .pragma("recursive_triggers", "ON");
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(PATIENCE)
                .idle_timeout(None)
                .max_lifetime(None)
                // SQLite may end a change by itself when the disk is full; the connection does not notice and would refuse all others
                .before_acquire(|connection, _| Box::pin(std::future::ready(Ok(!connection.is_in_transaction()))))
        };
        let write = pool(1).connect_with(options.clone()).await?;
        let read = pool(READERS).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Self::Sqlite { write, read })
    }

    /// Connects to a server.
    pub async fn postgres(url: &str) -> Result<Self> {
        let options: PgConnectOptions = url.parse()?;
        let pool =
            PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE).connect_with(options.application_name("tierlight"));
        Ok(Self::Postgres(pool.await?))
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => migrator(|(.., sqlite, _)| sqlite).run(write).await?,
            Self::Postgres(pool) => migrator(|(.., postgres)| postgres).run(pool).await?,
        }
        Ok(())
    }

    /// Number of the last migration that was applied.
    pub async fn schema(&self) -> Result<i64> {
        let row = self.row("SELECT coalesce(max(version), 0) AS version FROM _sqlx_migrations", vec![]).await?;
        row.map_or(Ok(0), |row| row.int("version"))
    }

    /// Number of the last migration that this program knows.
    pub fn newest() -> i64 {
        MIGRATIONS.iter().map(|m| m.0).max().unwrap_or(0)
    }

    /// Rows of a question.
    pub async fn rows(&self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<Vec<Row>> {
        Ok(match self {
            Self::Sqlite { read, .. } => value::sqlite(sql, values).fetch_all(read).await?.into_iter().map(Row::Sqlite).collect(),
            Self::Postgres(pool) => value::postgres(sql, values).fetch_all(pool).await?.into_iter().map(Row::Postgres).collect(),
        })
    }

    /// The first row of a question.
    pub async fn row(&self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<Option<Row>> {
        Ok(match self {
            Self::Sqlite { read, .. } => value::sqlite(sql, values).fetch_optional(read).await?.map(Row::Sqlite),
            Self::Postgres(pool) => value::postgres(sql, values).fetch_optional(pool).await?.map(Row::Postgres),
        })
    }

    /// Makes one change on its own; the number of rows it met.
    pub async fn run(&self, sql: impl SqlSafeStr, values: Vec<Value>) -> Result<u64> {
        let mut change = self.begin().await?;
        let met = change.run(sql, values).await?;
        change.commit().await?;
        Ok(met)
    }

    /// Begins a change of several statements, all or none of which take effect.
    pub async fn begin(&self) -> Result<Transaction> {
        Ok(match self {
            Self::Sqlite { write, .. } => Transaction::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Transaction::Postgres(pool.begin().await?),
        })
    }

    /// Begins to read at one point in time.
    pub async fn snapshot(&self) -> Result<Transaction> {
        Ok(match self {
            Self::Sqlite { read, .. } => Transaction::Sqlite(read.begin().await?),
            Self::Postgres(pool) => Transaction::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// Takes a server's database for this process, as long as what is returned lives; none if another has it. A file has the lock of
    /// its folder.
    pub async fn hold(&self) -> Result<Option<Held>> {
        let Self::Postgres(pool) = self else { return Ok(Some(Held(None))) };
        let mut connection = pool.acquire().await?.detach();
        let question =
            value::postgres("SELECT CAST(pg_try_advisory_lock($1) AS INTEGER)::BIGINT AS held", vec![Value::from(Lock::Service as i64)]);
        let row = Row::Postgres(question.fetch_one(&mut connection).await?);
        Ok(if row.flag("held")? { Some(Held(Some(connection))) } else { None })
    }

    /// Ends all connections; of SQLite the write-ahead log goes into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A database that is held for one process.
#[derive(Debug)]
#[allow(dead_code, reason = "the lock is held by the open connection")]
pub(crate) struct Held(Option<PgConnection>);

/// Makes a file that only its owner reads, or keeps others from reading one that is there.
fn private(path: &Path) -> Result<()> {
    let mut options = std::fs::File::options();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|e| Error::io(path, e))?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(|e| Error::io(path, e))?;
    Ok(())
}

/// Migrations of one database.
fn migrator(text: impl Fn((i64, &'static str, &'static str, &'static str)) -> &'static str) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|&m| Migration::new(m.0, m.1.into(), MigrationType::Simple, text(m).into_sql_str(), false));
    Migrator::with_migrations(migrations.collect())
}

/// A statement about a table of ours: names of tables cannot be values.
pub(crate) fn about(sql: &str, table: &'static str) -> AssertSqlSafe<String> {
    AssertSqlSafe(sql.replace("{table}", table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_database_is_told_and_takes_changes_again() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::sqlite(&folder.path().join("t.db"), true).await.unwrap();
        db.run("CREATE TABLE t (x TEXT)", vec![]).await.unwrap();
        for _ in 0..3 {
            db.run("PRAGMA max_page_count = 20", vec![]).await.unwrap();
            let mut change = db.begin().await.unwrap();
            let full = loop {
                if let Err(error) = change.run("INSERT INTO t VALUES ($1)", values!["x".repeat(3000)]).await {
                    break error;
                }
            };
            assert!(matches!(full, Error::Full { .. }), "{full}");
            // SQLite has ended the change by itself: there is nothing to roll back
            assert!(change.run("ROLLBACK", vec![]).await.is_err());
            drop(change);
            assert_eq!(db.row("SELECT count(*) AS n FROM t", vec![]).await.unwrap().unwrap().int("n").unwrap(), 0);
            db.run("PRAGMA max_page_count = 1000000", vec![]).await.unwrap();
            let mut change = db.begin().await.unwrap();
            change.run("INSERT INTO t VALUES ($1)", values!["y"]).await.unwrap();
            change.run("DELETE FROM t", vec![]).await.unwrap();
            change.commit().await.unwrap();
        }
    }
}
