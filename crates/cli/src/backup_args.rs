//! Arguments of `backup` and `restore`.

use std::path::PathBuf;

use clap::Args;

use crate::serve_args::SettingsArgs;

/// `backup`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight backup /backups/2026-11-23.tar                            of the user's data directory, SQLite
  tierlight backup /backups/2026-11-23 --data-dir /srv/tierlight      as a folder
  tierlight backup now.tar --config /etc/tierlight.toml               of the service that has these settings
  tierlight restore now.tar --check                                   is it whole?

The service may run meanwhile. A backup holds all rows as they were at one moment and every file, each held against its digest; it is
complete or absent. It can be restored into SQLite or PostgreSQL, whichever it was taken of. Sessions of browsers are not in it. Who has
it has everything that the service knows: keep it as you keep that.")]
pub struct BackupArgs {
    /// Folder to write, or a file if the name ends in .tar.
    #[arg(value_name = "FILE|DIR")]
    pub target: PathBuf,
    /// Replace an earlier backup of that name.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub settings: SettingsArgs,
}

/// `restore`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight restore /backups/2026-11-23.tar                                         into the user's data directory, SQLite
  tierlight restore now.tar --data-dir /srv/tierlight --database postgres://db/new  from either database into the other
  tierlight restore now.tar --check                                                 read it to its end, restore nothing

The data directory must be absent or empty, unless --force replaces it; a PostgreSQL database must be new and empty always. Stop the
service first. What is there stays as it was until all that is restored is complete.")]
pub struct RestoreArgs {
    /// Backup: a folder, or a .tar file.
    #[arg(value_name = "FILE|DIR")]
    pub source: PathBuf,
    /// Only read it, and hold every file against its digest.
    #[arg(long, conflicts_with = "force")]
    pub check: bool,
    /// Replace what is in the data directory.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub settings: SettingsArgs,
}
