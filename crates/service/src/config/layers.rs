//! Values of settings by where they come from; later layers win.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::{Error, SETTINGS, Setting};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody stated it.
    Default,
    /// A file.
    File(PathBuf),
    /// A variable of the environment.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File(path) => write!(f, "{}", path.display()),
            Origin::Environment(name) => write!(f, "environment {name}"),
            Origin::Flag(name) => write!(f, "flag --{name}"),
        }
    }
}

/// A setting as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated<'a> {
    /// Name.
    pub name: &'a str,
    /// Value; secrets are not shown.
    pub shown: String,
    /// Where it comes from.
    pub origin: &'a Origin,
    /// What it is.
    pub what: &'static str,
}

/// Values by name.
#[derive(Debug, Clone)]
pub struct Layers {
    values: BTreeMap<String, (Option<String>, Origin)>,
}

impl Layers {
    /// Defaults; the data folder's is the user's.
    #[must_use]
    pub fn defaults(data_dir: Option<PathBuf>) -> Self {
        let mut values: BTreeMap<_, _> = SETTINGS.iter().map(|s| (s.name.clone(), (s.default.clone(), Origin::Default))).collect();
        let data_dir = data_dir.unwrap_or_else(|| PathBuf::from("tierlight-data")).display().to_string();
        values.insert("data_dir".to_owned(), (Some(data_dir), Origin::Default));
        Self { values }
    }

    /// Takes values from a TOML file.
    ///
    /// # Errors
    /// No TOML, or a setting that there is not.
    pub fn file(&mut self, path: &Path, text: &str) -> Result<(), Error> {
        let bad = |reason: String| Error::File { path: path.to_owned(), reason };
        let table: toml::Table = toml::from_str(text).map_err(|e| bad(e.message().to_owned()))?;
        let mut flat = Vec::new();
        flatten("", table, &mut flat);
        for (name, value) in flat {
            let Some(entry) = self.values.get_mut(&name) else {
                return Err(Error::Unknown { origin: path.display().to_string(), name });
            };
            *entry = (Some(value), Origin::File(path.to_owned()));
        }
        Ok(())
    }

    /// Takes values from the environment; one that is empty is not stated. Gives the names that look like ours and are no setting:
    /// others may have put them there.
    ///
    /// # Errors
    /// A value that is no text.
    pub fn environment(&mut self, variables: impl Iterator<Item = (OsString, OsString)>) -> Result<Vec<String>, Error> {
        let names: BTreeMap<String, &Setting> = SETTINGS.iter().map(|s| (s.variable(), s)).collect();
        let mut unknown = Vec::new();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| name.starts_with("TIERLIGHT_")) else { continue };
            let Some(setting) = names.get(name) else {
                unknown.push(name.to_owned());
                continue;
            };
            let origin = Origin::Environment(name.to_owned());
            let value = value.into_string().map_err(|_| Error::Value {
                origin: origin.to_string(),
                name: setting.name.clone(),
                expected: "text in UTF-8",
            })?;
            if !value.is_empty() {
                self.values.insert(setting.name.clone(), (Some(value), origin));
            }
        }
        unknown.sort();
        Ok(unknown)
    }

    /// Takes a value from a flag.
    pub fn flag(&mut self, name: &str, value: String) {
        self.values.insert(name.to_owned(), (Some(value), Origin::Flag(name.replace(['_', '.'], "-"))));
    }

    /// Takes a setting `NAME=VALUE` from a flag.
    ///
    /// # Errors
    /// There is no such setting.
    pub fn set(&mut self, stated: &str) -> Result<(), Error> {
        let known = |name: &str| self.values.contains_key(name);
        match stated.split_once('=').filter(|(name, _)| known(name)) {
            Some((name, value)) => {
                self.values.insert(name.to_owned(), (Some(value.to_owned()), Origin::Flag("set".to_owned())));
                Ok(())
            }
            None => Err(Error::Unknown { origin: "--set".to_owned(), name: stated.split('=').next().unwrap_or_default().to_owned() }),
        }
    }

    /// All settings, in the order of the page.
    pub fn all(&self) -> impl Iterator<Item = Stated<'_>> {
        SETTINGS.iter().filter_map(|setting| {
            let (value, origin) = self.values.get(&setting.name)?;
            let shown = match value {
                Some(_) if setting.secret && *origin != Origin::Default => "(not shown)".to_owned(),
                Some(value) => value.clone(),
                None => String::new(),
            };
            Some(Stated { name: &setting.name, shown, origin, what: setting.what })
        })
    }

    /// A value; empty if there is none.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.maybe(name).unwrap_or_default()
    }

    /// A value that may be none.
    #[must_use]
    pub fn maybe(&self, name: &str) -> Option<&str> {
        self.values.get(name).and_then(|(value, _)| value.as_deref()).filter(|value| !value.is_empty())
    }

    /// A value of a kind.
    ///
    /// # Errors
    /// It is none.
    pub fn parsed<T: FromStr>(&self, name: &str, expected: &'static str) -> Result<T, Error> {
        self.text(name).parse().map_err(|_| self.wrong(name, expected))
    }

    /// The error of a value.
    #[must_use]
    pub fn wrong(&self, name: &str, expected: &'static str) -> Error {
        let origin = self.values.get(name).map_or_else(String::new, |(_, origin)| origin.to_string());
        Error::Value { origin, name: name.to_owned(), expected }
    }
}

/// Names of values in tables of tables, with dots between.
fn flatten(before: &str, table: toml::Table, out: &mut Vec<(String, String)>) {
    for (name, value) in table {
        let name = if before.is_empty() { name } else { format!("{before}.{name}") };
        match value {
            toml::Value::Table(inner) => flatten(&name, inner, out),
            toml::Value::String(text) => out.push((name, text)),
            toml::Value::Integer(number) => out.push((name, number.to_string())),
            toml::Value::Boolean(yes) => out.push((name, yes.to_string())),
            toml::Value::Float(number) => out.push((name, number.to_string())),
            // no setting is a list or a time: what is made of it is refused as its value
            toml::Value::Array(_) | toml::Value::Datetime(_) => out.push((name, "?".to_owned())),
        }
    }
}
