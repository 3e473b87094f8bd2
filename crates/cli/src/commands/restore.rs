//! `restore`: from a backup to what a service keeps.

use super::backup::{config, shown, waited};
use crate::args::Format;
use crate::backup_args::RestoreArgs;
use crate::exit::Output;

pub fn run(args: &RestoreArgs, format: Format) -> anyhow::Result<Output> {
    if args.check {
        let manifest = waited(tierlight_store::check_backup(&args.source))?;
        return shown(&manifest, format, &format!("{} is whole", args.source.display()));
    }
    let config = config(&args.settings)?;
    let manifest = waited(tierlight_store::restore(&args.source, &config.database, &config.data_dir, args.force))?;
    let done = format!("restored into {} ({}); start the service with the same settings", config.data_dir.display(), config.database);
    shown(&manifest, format, &done)
}
