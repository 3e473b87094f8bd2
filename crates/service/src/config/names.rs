//! Names of settings.

use std::sync::LazyLock;

use crate::limits::LIMITS;

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// Name in the file; in the environment in capitals with `TIERLIGHT_` in front, as a flag with dashes.
    pub name: String,
    /// Value unless told otherwise; `None` is none.
    pub default: Option<String>,
    /// What it is.
    pub what: &'static str,
    /// Not to be shown.
    pub secret: bool,
}

impl Setting {
    /// Name in the environment.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("TIERLIGHT_{}", self.name.to_uppercase().replace('.', "_"))
    }
}

type Row = (&'static str, Option<&'static str>, &'static str, bool);

const ROWS: [Row; 21] = [
    ("data_dir", None, "Folder where everything is kept; the user's data directory if it is not stated", false),
    ("database", Some("sqlite"), "sqlite, or the URL of a PostgreSQL database", true),
    ("listen", Some("127.0.0.1:7878"), "Address and port; port 0 takes any that is free", false),
    ("tls_certificate", None, "Certificates (PEM) for TLS", false),
    ("tls_key", None, "Key (PEM) for TLS", false),
    ("behind_proxy", Some("false"), "A proxy in front does TLS and tells addresses by X-Forwarded-For", false),
    ("public_url", None, "URL under which browsers reach it; needed behind a proxy", false),
    ("threads", Some("0"), "Threads that answer requests; 0 is one a core", false),
    ("workers", Some("1"), "Jobs at a time", false),
    ("job_memory", Some("0"), "Memory that a job may take, in bytes; 0 is 80 % of what is free", false),
    ("log", Some("text"), "Form of the log: text or json", false),
    ("log_level", Some("info"), "What is logged: off, error, warn, info, debug or trace", false),
    ("session_minutes", Some("720"), "How long a browser's session lasts", false),
    ("link_minutes", Some("60"), "How long a one-time link works", false),
    ("shutdown_seconds", Some("20"), "How long requests under way may take to end when it stops", false),
    ("oidc.issuer", None, "URL of an OpenID Connect provider to sign in at", false),
    ("oidc.client_id", None, "Name of this service at the provider", false),
    ("oidc.client_secret", None, "Secret of this service at the provider", true),
    ("oidc.organisation", None, "Id of the organisation of those who sign in", false),
    ("oidc.role_claim", Some("tierlight_role"), "Claim that holds the role", false),
    ("oidc.default_role", None, "Role of those whose claim holds none; without it they are not let in", false),
];

/// All settings, limits included.
pub static SETTINGS: LazyLock<Vec<Setting>> = LazyLock::new(|| {
    let rows = ROWS.iter().map(|(name, default, what, secret)| Setting {
        name: (*name).to_owned(),
        default: default.map(str::to_owned),
        what,
        secret: *secret,
    });
    let limits = LIMITS.iter().map(|limit| Setting {
        name: format!("limits.{}", limit.name),
        default: Some(limit.default.to_string()),
        what: limit.what,
        secret: false,
    });
    rows.chain(limits).collect()
});
