//! What programs read, put into the folder of their job; and the arguments that name it.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde_json::Value;
use tierlight_store::{Error, File, FileRole, OrganisationId, Result, ResultId, State, Store, Version, VersionId};

use super::place::Place;
use crate::options::ReadOptions;

/// How a version is read; and its files where the program reads them: a file alone, or a folder of several.
pub(super) async fn version(
    store: &Store,
    place: &Place,
    organisation: &OrganisationId,
    id: &VersionId,
    folder: &str,
) -> Result<(ReadOptions, PathBuf)> {
    let Version { options, .. } = store.version(organisation, id).await?;
    let files: Vec<File> = store.version_files(organisation, id).await?;
    let paths = place.put(store, folder, &files, FileRole::Input).await?;
    let input = match paths.as_slice() {
        [one] => one.clone(),
        _ => place.root().join(folder),
    };
    Ok((read(&options)?, input))
}

/// A column mapping as a file, and the argument that names it.
pub(super) fn map(place: &Place, map: Option<&impl serde::Serialize>) -> Result<Option<String>> {
    map.map(|map| Ok(flag("map", &place.write("map.json", &json(map)?)?))).transpose()
}

/// Packs as folders, and the arguments that name them.
pub(super) async fn packs(store: &Store, place: &Place, organisation: &OrganisationId, ids: &[ResultId]) -> Result<Vec<String>> {
    let mut arguments = Vec::with_capacity(ids.len());
    for id in ids {
        arguments.push(flag("pack", &made(store, place, organisation, id).await?));
    }
    Ok(arguments)
}

/// The folder that another result of the organisation is: what its job wrote. Of which kind it is was looked at when it was named.
pub(super) async fn made(store: &Store, place: &Place, organisation: &OrganisationId, id: &ResultId) -> Result<PathBuf> {
    let folder = place.root().join(id.as_str());
    let result = store.result(organisation, id).await?;
    if result.state != State::Ready {
        let found = format!("is a {} that is {}", result.kind, result.state);
        return Err(Error::Conflict { what: "result", id: id.to_string(), found, expected: "one that is ready" });
    }
    // named twice, it is there
    if !folder.exists() {
        place.put(store, id.as_str(), &store.result_files(organisation, id).await?, FileRole::Output).await?;
    }
    Ok(folder)
}

/// Flags of files by their stems: `follow_ups.csv` is behind `--follow-ups=`.
pub(super) fn flags(stems: &[&str], files: &[PathBuf]) -> Vec<String> {
    let known = |path: &&PathBuf| stems.contains(&stem(path));
    files.iter().filter(known).map(|path| flag(&stem(path).replace('_', "-"), path)).collect()
}

pub(super) fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default()
}

pub(super) fn flag(name: &str, path: &Path) -> String {
    format!("--{name}={}", path.display())
}

/// A path as an argument; it begins with the data folder, so never with a dash.
pub(super) fn plain(path: &Path) -> String {
    path.display().to_string()
}

pub(super) fn read<T: DeserializeOwned>(options: &Value) -> Result<T> {
    let malformed = |_| Error::Malformed { what: "options of a job", expected: "those that this version of the program writes" };
    serde_json::from_value(options.clone()).map_err(malformed)
}

pub(super) fn json(value: &impl serde::Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|_| Error::Malformed { what: "options of a job", expected: "JSON" })
}
