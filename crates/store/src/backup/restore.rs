//! From a backup to a store, each file held against its digest.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::rows::{self, Referred};
use super::{FORMAT, MANIFEST, Manifest, TABLES, source};
use crate::db::{Db, Transaction, about};
use crate::files::blocking;
use crate::folders::{Folders, absolute, remove_folder, sync_folder};
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
    let data_dir = absolute(data_dir)?;
    let unusable = |found: &str, hint| Error::Unusable { path: data_dir.clone(), found: found.to_owned(), hint };
    let (Some(beside), Some(name)) = (data_dir.parent(), data_dir.file_name()) else {
        return Err(unusable("is no name of a folder", "name a folder"));
    };
    let name = name.to_string_lossy();
    let (staging, old) = (beside.join(format!(".{name}.restoring")), beside.join(format!(".{name}.replaced")));
    if old.exists() && !data_dir.exists() {
        // a restore that ended between two steps
        put_back(&data_dir, &old)?;
    }
    let occupied = data_dir.is_dir() && fs::read_dir(&data_dir).is_ok_and(|mut d| d.next().is_some());
    if occupied && !replace {
        return Err(unusable("is not empty", "choose another folder, or pass --force to replace it"));
    }
    if occupied && !Folders::of(&data_dir).blobs().is_dir() {
        return Err(unusable("holds something else than a store", "choose another folder"));
    }
    let _lock = if occupied { Some(Folders::of(&data_dir).lock()?) } else { None };
    remove_folder(&staging)?;
    remove_folder(&old)?;
    match into(from, database, &staging, &data_dir, &old).await {
        Ok(manifest) => {
            remove_folder(&old)?;
            Ok(manifest)
        }
        Err(error) => {
            remove_folder(&staging)?;
            Err(error)
        }
    }
}

async fn into(from: &Path, database: &Database, staging: &Path, place: &Path, old: &Path) -> Result<Manifest> {
    let rows = tempfile::tempdir_in(staging.parent().unwrap_or(staging)).map_err(|e| Error::io(staging, e))?;
    let unpacked = {
        let (from, rows, staging) = (from.to_owned(), rows.path().to_owned(), staging.to_owned());
        blocking(move || unpack(&from, &rows, Some(&Folders::make(&staging)?))).await?
    };
    match database {
        Database::Sqlite => {
            let db = Db::sqlite(&Folders::of(staging).database(), true).await?;
            load(&db, rows.path(), &unpacked).await?.commit().await?;
            db.close().await;
            exchange(staging, place, old)?;
        }
        Database::Postgres(url) => {
            let db = Db::postgres(url).await?;
            let change = load(&db, rows.path(), &unpacked).await?;
            // rows without files would be worse than files without rows
            exchange(staging, place, old)?;
            if let Err(error) = change.commit().await {
                put_back(place, old)?;
                return Err(error);
            }
            db.close().await;
        }
    }
    Ok(unpacked.manifest)
}

/// Puts a folder in the place of another, which is kept aside.
fn exchange(staging: &Path, place: &Path, old: &Path) -> Result<()> {
    if place.exists() {
        fs::rename(place, old).map_err(|e| Error::io(place, e))?;
    }
    if let Err(error) = fs::rename(staging, place) {
        put_back(place, old)?;
        return Err(Error::io(place, error));
    }
    sync_folder(place.parent().unwrap_or(place))
}

/// Undoes [`exchange`].
fn put_back(place: &Path, old: &Path) -> Result<()> {
    remove_folder(place)?;
    if old.exists() {
        fs::rename(old, place).map_err(|e| Error::io(place, e))?;
    }
    Ok(())
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
