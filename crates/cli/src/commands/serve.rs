//! `serve`: the engine over HTTP.

use tierlight_service::Error as ServiceError;
use tierlight_service::config::{Config, Layers};

use super::announce::announce;
use crate::exit::{Output, usage};
use crate::progress::note;
use crate::serve_args::{ServeArgs, SettingsArgs};

/// Names the file of settings in the environment.
const CONFIG: &str = "TIERLIGHT_CONFIG";

pub fn run(args: &ServeArgs) -> anyhow::Result<Output> {
    let config = layers(&args.settings)?;
    let config = Config::new(&config).and_then(|c| c.reachable().map(|()| c)).map_err(|e| usage(e.to_string(), e.hint()))?;
    let program = std::env::current_exe()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (data_dir, show) = (std::path::absolute(&config.data_dir)?, args.show_key);
    let served = runtime.block_on(tierlight_service::serve(config, program, |told| announce(told, &data_dir, show)));
    served.map_err(|e| match e {
        ServiceError::Ended(_) => e.into(),
        e => usage(e.to_string(), e.hint()),
    })?;
    Ok(Output::done(String::new()))
}

/// Settings of a file, the environment and flags.
pub fn layers(args: &SettingsArgs) -> anyhow::Result<Layers> {
    let wrong = |e: tierlight_service::config::Error| usage(e.to_string(), e.hint());
    let mut layers = Layers::defaults(data_dir());
    let named = args.config.clone().or_else(|| std::env::var_os(CONFIG).filter(|path| !path.is_empty()).map(Into::into));
    if let Some(path) = named {
        let text = std::fs::read_to_string(&path).map_err(|e| usage(format!("cannot read {}: {e}", path.display()), "check the path"))?;
        layers.file(&path, &text).map_err(wrong)?;
    }
    for name in layers.environment(std::env::vars_os()).map_err(wrong)?.iter().filter(|name| *name != CONFIG) {
        note(&format!("environment: no setting is called {name}; `tierlight config show` lists all"));
    }
    for (name, value) in args.stated() {
        layers.flag(name, value);
    }
    for stated in &args.set {
        layers.set(stated).map_err(wrong)?;
    }
    Ok(layers)
}

/// The user's data directory.
fn data_dir() -> Option<std::path::PathBuf> {
    use etcetera::BaseStrategy;
    etcetera::choose_base_strategy().ok().map(|known| known.data_dir().join("tierlight"))
}
