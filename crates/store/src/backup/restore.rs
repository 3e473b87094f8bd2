//! From a backup to a store, each file held against its digest.

use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::exchange::{Exchange, end_open, is_occupied};
use super::rows::{self, Referred};
use super::{FORMAT, MANIFEST, Manifest, TABLES, source};
use crate::db::{Db, Transaction, about};
use crate::files::blocking;
use crate::folders::{Folders, absolute};
use crate::{Database, Digest, Error, Result};

/// Largest file of contents.
const MOST_MANIFEST: u64 = 1 << 20;

/// Reads a backup to its end and holds every file against its digest; restores nothing.
///
/// # Errors
/// [`Error::Damaged`].
pub async fn check_backup(from: &Path) -> Result<Manifest> {
    let folder = tempfile::tempdir().map_err(|e| Error::io(from, e))?;
    let from = from.to_owned();
    let rows = folder.path().to_owned();
    let unpacked = blocking(move || unpack(&from, &rows, None)).await?;
    let staging = Db::sqlite(&folder.path().join("check.db"), true).await?;
    load(&staging, folder.path(), &unpacked).await?.commit().await?;
    staging.close().await;
    Ok(unpacked.manifest)
}

/// Restores a backup into a database and a data folder; both complete, or as they were.
///
/// # Errors
/// [`Error::Damaged`]; the data folder is in use, or is not empty and `replace` is false; the server's database is not empty.
pub async fn restore(from: &Path, database: &Database, data_dir: &Path, replace: bool) -> Result<Manifest> {
    let place = absolute(data_dir)?;
    end_open(database, &place).await?;
    // nothing is put into a folder that is somebody else's, not even a lock
    if is_occupied(&place)? {
        let unusable = |found: &str, hint| Error::Unusable { path: data_dir.to_owned(), found: found.to_owned(), hint };
        if !replace {
            return Err(unusable("is not empty", "choose another folder, or pass --force to replace what is in it"));
        }
        if !Folders::of(data_dir).blobs().is_dir() {
            return Err(unusable("holds something else than a store", "choose another folder"));
        }
    }
    let exchange = Exchange::begin(&place)?;
    let unpacked = {
        let (from, rows, new) = (from.to_owned(), exchange.rows(), exchange.restored());
        blocking(move || unpack(&from, &rows, Some(&Folders::make(&new)?))).await?
    };
    match database {
        Database::Sqlite => {
            let db = Db::sqlite(&Folders::of(&exchange.restored()).database(), true).await?;
            load(&db, &exchange.rows(), &unpacked).await?.commit().await?;
            db.close().await;
            exchange.run()?;
        }
        Database::Postgres(url) => {
            let db = Db::postgres(url).await?;
            let change = load(&db, &exchange.rows(), &unpacked).await?;
            // rows without files would be worse than files without rows
            exchange.run()?;
            let committed = change.commit().await;
            db.close().await;
            if let Err(error) = committed {
                // the server may have kept them and not said so: it is asked
                exchange.leave();
                end_open(database, &place).await?;
                return Err(error);
            }
        }
    }
    exchange.keep()?;
    Ok(unpacked.manifest)
}

/// Files of a backup.
struct Unpacked {
    manifest: Manifest,
    blobs: HashSet<Digest>,
    run_files: HashMap<PathBuf, Digest>,
}

/// Takes a backup apart: rows into a folder, files to their places, if they are wanted.
fn unpack(from: &Path, rows: &Path, places: Option<&Folders>) -> Result<Unpacked> {
    let damaged = |found: String, expected: &str| Error::Damaged { path: from.to_owned(), found, expected: expected.to_owned() };
    let mut manifest: Option<Manifest> = None;
    let mut tables: HashMap<String, Digest> = HashMap::new();
    let (mut blobs, mut run_files) = (HashSet::new(), HashMap::new());
    source::each(from, |name, reader| {
        let mut parts = name.iter().map(|part| part.to_string_lossy());
        let first = parts.next().unwrap_or_default();
        if manifest.is_none() {
            if first != MANIFEST {
                return Err(damaged(format!("begins with {}", name.display()), "a backup: manifest.json first"));
            }
            let mut text = Vec::new();
            reader.take(MOST_MANIFEST).read_to_end(&mut text).map_err(|e| Error::io(from, e))?;
            let read: Manifest =
                serde_json::from_slice(&text).map_err(|_| damaged("manifest.json cannot be read".to_owned(), "a backup"))?;
            if read.format != FORMAT || read.schema > Db::newest() {
                return Err(damaged(format!("was written by tierlight {}", read.program), "a backup by this version or an older one"));
            }
            manifest = Some(read);
            return Ok(());
        }
        match first.as_ref() {
            "rows" => {
                let table = parts.next().unwrap_or_default().into_owned();
                tables.insert(table.clone(), source::save(reader, Some(&rows.join(&table)))?);
            }
            "blobs" => {
                let digest: Digest = parts.next().unwrap_or_default().parse()?;
                let path = places.map(|folders| folders.blob(&digest));
                let found = source::save(reader, path.as_deref())?;
                if found != digest {
                    return Err(damaged(format!("blob {digest} has digest {found}"), "its name"));
                }
                blobs.insert(digest);
            }
            "runs" => {
                let inside: PathBuf = parts.map(std::borrow::Cow::into_owned).collect();
                let path = places.map(|folders| folders.runs().join(&inside));
                run_files.insert(inside, source::save(reader, path.as_deref())?);
            }
            _ => return Err(damaged(format!("holds {}", name.display()), "rows, blobs and runs")),
        }
        Ok(())
    })?;
    let manifest = manifest.ok_or_else(|| damaged("holds nothing".to_owned(), "a backup"))?;
    for table in &manifest.tables {
        if tables.get(&rows::file_name(&table.name)) != Some(&table.digest) {
            return Err(damaged(format!("rows of {} are missing or changed", table.name), "the digest of manifest.json"));
        }
    }
    Ok(Unpacked { manifest, blobs, run_files })
}

/// Puts rows into an empty database, if all files that they refer to are there; to be committed.
async fn load(db: &Db, folder: &Path, unpacked: &Unpacked) -> Result<Transaction> {
    db.migrate().await?;
    let mut change = db.begin().await?;
    for (table, _) in TABLES {
        if change.row(about("SELECT 1 AS one FROM {table} LIMIT 1", table), vec![]).await?.is_some() {
            return Err(Error::Unusable {
                path: PathBuf::from(table),
                found: "the database has rows of it".to_owned(),
                hint: "restore into a new database: createdb",
            });
        }
    }
    let mut referred = Referred::default();
    for (table, _) in TABLES {
        let path = folder.join(rows::file_name(table));
        // a table that is younger than the backup
        if !path.is_file() {
            continue;
        }
        rows::load(&mut change, table, &path, &mut referred).await?;
    }
    let missing = |what: String| Error::Damaged {
        path: PathBuf::from(what),
        found: "missing or changed".to_owned(),
        expected: "what the rows refer to".to_owned(),
    };
    if let Some(digest) = referred.blobs.keys().find(|digest| !unpacked.blobs.contains(*digest)) {
        return Err(missing(format!("blobs/{digest}")));
    }
    if let Some(file) = referred.run_files.iter().find(|f| unpacked.run_files.get(&Path::new(&f.run).join(&f.name)) != Some(&f.digest)) {
        return Err(missing(format!("runs/{}/{}", file.run, file.name)));
    }
    Ok(change)
}
