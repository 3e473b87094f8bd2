//! The two schemas have the same contents.

use std::collections::BTreeMap;

use sqlx::{Connection, PgConnection, Row, SqliteConnection};
use tierlight_store::{Database, Store};

use crate::harness::{Fresh, new_postgres, organisation, sqlite};

pub async fn migrating_twice_changes_nothing(fresh: Fresh) {
    let org = organisation(&fresh).await;
    let again = Store::open(fresh.database().clone(), fresh.data_dir()).await.unwrap();
    again.organisation(&org).await.unwrap();
    Store::open_beside(fresh.database().clone(), fresh.data_dir()).await.unwrap().organisation(&org).await.unwrap();
}

/// Columns by table: name, kind, whether it must be there.
type Tables = BTreeMap<String, Vec<(String, String, bool)>>;

async fn of_sqlite(store: &Fresh) -> Tables {
    let url = format!("sqlite://{}", store.data_dir().join("tierlight.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let sql = "SELECT t.name AS t, c.name AS c, c.type AS k, c.\"notnull\" AS n FROM sqlite_master t JOIN pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1, 2";
    let mut tables = Tables::new();
    for row in sqlx::query(sql).fetch_all(&mut connection).await.unwrap() {
        let column = (row.get("c"), row.get("k"), row.get::<i64, _>("n") == 1);
        tables.entry(row.get("t")).or_default().push(column);
    }
    tables
}

async fn of_postgres(url: &str) -> Tables {
    let mut connection = PgConnection::connect(url).await.unwrap();
    let sql = "SELECT table_name::text AS t, column_name::text AS c, data_type::text AS k, is_nullable = 'NO' AS n
        FROM information_schema.columns WHERE table_schema = 'public' ";
    let mut tables = Tables::new();
    for row in sqlx::query(sql).fetch_all(&mut connection).await.unwrap() {
        let kind = match row.get("k") {
            "bigint" => "INTEGER",
            "double precision" => "REAL",
            "text" => "TEXT",
            other => other,
        };
        tables.entry(row.get("t")).or_default().push((row.get("c"), kind.to_owned(), row.get("n")));
    }
    // its order of letters is another
    for columns in tables.values_mut() {
        columns.sort();
    }
    tables
}

#[tokio::test]
async fn postgres_and_sqlite_have_the_same_tables() {
    let file = sqlite().await;
    let database = new_postgres().await;
    let folder = tempfile::tempdir().unwrap();
    Store::open(database.clone(), folder.path()).await.unwrap();
    let Database::Postgres(url) = database else { unreachable!() };
    let (mut one, mut other) = (of_sqlite(&file).await, of_postgres(&url).await);
    // kept by the library, with types of its own
    one.remove("_sqlx_migrations").unwrap();
    other.remove("_sqlx_migrations").unwrap();
    assert_eq!(one, other);
    assert_eq!(one.len(), 16, "{:?}", one.keys());
}
