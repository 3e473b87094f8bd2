//! Settings of the service: from defaults, a file, the environment and flags, each with where it comes from.

mod layers;
mod names;

use std::net::SocketAddr;
use std::num::NonZero;
use std::path::PathBuf;
use std::time::Duration;

use tierlight_store::{Database, Role};
use tracing::metadata::LevelFilter;

pub use layers::{Layers, Origin, Stated};
pub use names::{SETTINGS, Setting};

use crate::limits::Limits;

/// Why the settings do not do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A setting that there is not.
    #[error("{origin}: no setting is called `{name}`")]
    Unknown {
        /// Where it is stated.
        origin: String,
        /// As stated.
        name: String,
    },
    /// A value that is none.
    #[error("{origin}: {name} is not {expected}")]
    Value {
        /// Where it is stated.
        origin: String,
        /// Setting.
        name: String,
        /// What it may be. The value is not repeated: it may be a secret.
        expected: &'static str,
    },
    /// The file cannot be read.
    #[error("cannot read {path}: {reason}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Settings that do not go together.
    #[error("{what}")]
    Together {
        /// What is wrong.
        what: String,
        /// What to do.
        hint: &'static str,
    },
}

impl Error {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Error::Unknown { .. } => "`tierlight config show` lists all settings",
            Error::Value { .. } => "`tierlight config show` says what each setting is",
            Error::File { .. } => "the file is TOML, e.g. listen = \"127.0.0.1:7878\"",
            Error::Together { hint, .. } => hint,
        }
    }
}

/// TLS files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// Certificates, PEM.
    pub certificate: PathBuf,
    /// Key, PEM.
    pub key: PathBuf,
}

/// Signing in at an identity provider.
#[derive(Clone, PartialEq, Eq)]
pub struct Oidc {
    /// Its URL.
    pub issuer: String,
    /// Name of this service there.
    pub client_id: String,
    /// Secret of this service there.
    pub client_secret: String,
    /// Organisation of those who sign in.
    pub organisation: String,
    /// Claim that holds a role.
    pub role_claim: String,
    /// Role of those whose claim holds none; none are not let in.
    pub default_role: Option<Role>,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc").field("issuer", &self.issuer).field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// All settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// Which database.
    pub database: Database,
    /// Where it listens.
    pub listen: SocketAddr,
    /// TLS of its own.
    pub tls: Option<Tls>,
    /// A proxy in front of it does TLS.
    pub behind_proxy: bool,
    /// URL under which browsers reach it.
    pub public_url: Option<String>,
    /// Threads that answer requests; 0 is one a core.
    pub threads: usize,
    /// Jobs at a time.
    pub workers: usize,
    /// Memory that a job may take, bytes; 0 is what is free.
    pub job_memory: u64,
    /// Form of the log.
    pub log: LogForm,
    /// What is logged.
    pub log_level: LevelFilter,
    /// How long a browser's session lasts.
    pub session: Duration,
    /// How long a one-time link works.
    pub link: Duration,
    /// How long requests under way may take to end when it stops.
    pub shutdown: Duration,
    /// Signing in at an identity provider.
    pub oidc: Option<Oidc>,
    /// Limits.
    pub limits: Limits,
}

impl Config {
    /// Reads all settings from their layers.
    ///
    /// # Errors
    /// A value that is none, or settings that belong together and are not all stated.
    pub fn new(layers: &Layers) -> Result<Self, Error> {
        Ok(Self {
            data_dir: PathBuf::from(layers.text("data_dir")),
            database: layers.parsed("database", "sqlite, or a URL that begins with postgres://")?,
            listen: layers.parsed("listen", "an address and port, e.g. 127.0.0.1:7878")?,
            tls: tls(layers)?,
            behind_proxy: layers.parsed("behind_proxy", "true or false")?,
            public_url: layers.maybe("public_url").map(|url| url.trim_end_matches('/').to_owned()),
            threads: layers.parsed("threads", "a number")?,
            workers: layers.parsed::<NonZero<usize>>("workers", "a number from 1")?.get(),
            job_memory: layers.parsed("job_memory", "a number of bytes")?,
            log: match layers.text("log") {
                "text" => LogForm::Text,
                "json" => LogForm::Json,
                _ => return Err(layers.wrong("log", "text or json")),
            },
            log_level: layers.parsed("log_level", "error, warn, info, debug, trace or off")?,
            session: Duration::from_secs(60 * layers.parsed::<u64>("session_minutes", "a number of minutes")?),
            link: Duration::from_secs(60 * layers.parsed::<u64>("link_minutes", "a number of minutes")?),
            shutdown: Duration::from_secs(layers.parsed("shutdown_seconds", "a number of seconds")?),
            oidc: oidc(layers)?,
            limits: limits(layers)?,
        })
    }

    /// Asks what a service needs that others reach: keys must not travel in the open, and browsers must find it.
    ///
    /// # Errors
    /// [`Error::Together`].
    pub fn reachable(&self) -> Result<(), Error> {
        if self.behind_proxy && self.public_url.is_none() {
            return Err(Error::Together {
                what: "behind a proxy the service does not know the URL that browsers use".to_owned(),
                hint: "say it with --public-url, e.g. https://tierlight.example.org",
            });
        }
        if self.listen.ip().is_loopback() || self.tls.is_some() || self.behind_proxy {
            return Ok(());
        }
        Err(Error::Together {
            what: format!("{} is reachable from other machines, and keys would travel unencrypted", self.listen),
            hint: "name TLS files with --tls-certificate and --tls-key, say --behind-proxy if a proxy does TLS, or listen on 127.0.0.1",
        })
    }

    /// True when browsers speak TLS with it, or with the proxy.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        match &self.public_url {
            Some(url) => url.starts_with("https://"),
            None => self.tls.is_some(),
        }
    }

    /// URL under which browsers reach it.
    #[must_use]
    pub fn url(&self, listen: SocketAddr) -> String {
        self.public_url.clone().unwrap_or_else(|| {
            let scheme = if self.is_encrypted() { "https" } else { "http" };
            // all addresses are none that a browser can go to
            if listen.ip().is_unspecified() { format!("{scheme}://localhost:{}", listen.port()) } else { format!("{scheme}://{listen}") }
        })
    }
}

fn tls(layers: &Layers) -> Result<Option<Tls>, Error> {
    match (layers.maybe("tls_certificate"), layers.maybe("tls_key")) {
        (Some(certificate), Some(key)) => Ok(Some(Tls { certificate: certificate.into(), key: key.into() })),
        (None, None) => Ok(None),
        _ => Err(Error::Together { what: "tls_certificate and tls_key belong together".to_owned(), hint: "name both files, or none" }),
    }
}

fn oidc(layers: &Layers) -> Result<Option<Oidc>, Error> {
    let names = ["oidc.issuer", "oidc.client_id", "oidc.client_secret", "oidc.organisation"];
    match names.map(|name| layers.maybe(name)) {
        [Some(issuer), Some(client_id), Some(client_secret), Some(organisation)] => Ok(Some(Oidc {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            organisation: organisation.to_owned(),
            role_claim: layers.text("oidc.role_claim").to_owned(),
            default_role: layers
                .maybe("oidc.default_role")
                .map(|_| layers.parsed("oidc.default_role", "viewer, analyst, inspector or admin"))
                .transpose()?,
        })),
        [None, None, None, None] => Ok(None),
        _ => Err(Error::Together { what: format!("{} belong together", names.join(", ")), hint: "state all of them, or none" }),
    }
}

fn limits(layers: &Layers) -> Result<Limits, Error> {
    let mut limits = Limits::default();
    for limit in crate::limits::LIMITS {
        limits.set(limit.name, layers.parsed(&format!("limits.{}", limit.name), "a number")?);
    }
    Ok(limits)
}

#[cfg(test)]
mod tests;
