//! `backup`: everything that a service keeps, while it runs.

use std::fmt::Write;
use std::future::Future;

use tierlight_service::config::Config;
use tierlight_store::{Manifest, Store};

use super::serve::layers;
use crate::args::Format;
use crate::backup_args::BackupArgs;
use crate::exit::{Output, usage};
use crate::serve_args::SettingsArgs;
use crate::view::table;

pub fn run(args: &BackupArgs, format: Format) -> anyhow::Result<Output> {
    let config = config(&args.settings)?;
    let manifest = waited(async {
        let store = Store::open_beside(config.database, &config.data_dir).await?;
        let manifest = tierlight_store::backup(&store, &args.target, args.force).await?;
        store.close().await;
        Ok(manifest)
    })?;
    shown(&manifest, format, &format!("backup of {} written to {}", config.data_dir.display(), args.target.display()))
}

/// Settings of the service, of which the data directory and the database matter here.
pub fn config(args: &SettingsArgs) -> anyhow::Result<Config> {
    Config::new(&layers(args)?).map_err(|e| usage(e.to_string(), e.hint()))
}

/// Waits for work on the store.
pub fn waited<T>(work: impl Future<Output = tierlight_store::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    Ok(runtime.block_on(work)?)
}

/// What is in a backup.
pub fn shown(manifest: &Manifest, format: Format, done: &str) -> anyhow::Result<Output> {
    if format == Format::Json {
        return Ok(Output::done(serde_json::to_string_pretty(manifest)? + "\n"));
    }
    let rows = manifest.tables.iter().map(|t| vec![t.name.clone(), t.rows.to_string()]);
    let mut out = table(&["table", ">rows"], rows);
    writeln!(
        out,
        "\n{} blobs and {} files of runs, {} bytes, as of {}",
        manifest.blobs, manifest.run_files, manifest.bytes, manifest.created
    )?;
    writeln!(out, "{done}")?;
    Ok(Output::done(out))
}
