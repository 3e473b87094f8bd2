//! Arguments of `serve` and `config`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Settings that have a flag of their own; all others are named with --set.
#[derive(Debug, Default, Args)]
pub struct SettingsArgs {
    /// File with settings (TOML); else the one that TIERLIGHT_CONFIG names.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder where everything is kept [default: tierlight in the user's data directory].
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// sqlite, or the URL of a PostgreSQL database [default: sqlite].
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Address and port; port 0 takes any that is free [default: 127.0.0.1:7878].
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Certificates (PEM) for TLS.
    #[arg(long, value_name = "FILE")]
    pub tls_certificate: Option<PathBuf>,
    /// Key (PEM) for TLS.
    #[arg(long, value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// A proxy in front does TLS; needs --public-url.
    #[arg(long)]
    pub behind_proxy: bool,
    /// URL under which browsers reach it [default: the address it listens on].
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Jobs at a time [default: 1].
    #[arg(long, value_name = "N")]
    pub workers: Option<usize>,
    /// Form of the log: text or json [default: text].
    #[arg(long, value_name = "FORM")]
    pub log: Option<String>,
    /// Any setting, as `tierlight config show` names it; may be repeated.
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
}

impl SettingsArgs {
    /// Settings that were stated, by name.
    pub fn stated(&self) -> Vec<(&'static str, String)> {
        let path = |p: &Option<PathBuf>| p.as_ref().map(|p| p.display().to_string());
        [
            ("data_dir", path(&self.data_dir)),
            ("database", self.database.clone()),
            ("listen", self.listen.clone()),
            ("tls_certificate", path(&self.tls_certificate)),
            ("tls_key", path(&self.tls_key)),
            ("behind_proxy", self.behind_proxy.then(|| "true".to_owned())),
            ("public_url", self.public_url.clone()),
            ("workers", self.workers.map(|n| n.to_string())),
            ("log", self.log.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

/// `serve`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight serve                                         on this machine, SQLite, the user's data directory
  tierlight serve --data-dir /srv/tierlight --listen 127.0.0.1:8080 --workers 2
  tierlight serve --database postgres://tierlight@db/tierlight --listen 0.0.0.0:443 --tls-certificate cert.pem --tls-key key.pem
  tierlight serve --listen 0.0.0.0:8080 --behind-proxy --public-url https://tierlight.example.org --log json
  tierlight serve --set limits.upload_bytes=4294967296

The first start makes an organisation and its owner's key, which is shown once, and every start prints a link that opens the app: both to a
terminal or with --show-key, else into the files owner-key and sign-in-link of the data directory, which only its owner reads. The API is
at /api/v1, its documentation at /docs/. An address that other machines reach needs TLS files, or --behind-proxy and --public-url. SIGTERM
and Ctrl-C let requests under way end; jobs are taken up again at the next start. Settings come from defaults, a file, the environment
(TIERLIGHT_LISTEN, TIERLIGHT_LIMITS_UPLOADS …) and flags: `tierlight config show` says which. docs/api.md, docs/operators.md.")]
pub struct ServeArgs {
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Print the owner's key and the link even where stdout is no terminal: whoever reads the log is an admin.
    #[arg(long)]
    pub show_key: bool,
}

/// `config`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tierlight config show
  tierlight config show --config /etc/tierlight/config.toml --format json")]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// Commands on settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show all settings of the service, each with where it comes from; secrets are not shown.
    Show {
        #[command(flatten)]
        settings: SettingsArgs,
    },
}
