//! Identifiers: a prefix that says of what, and a UUID that sorts by time.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident $prefix:literal;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// What stands before the UUID.
            pub const PREFIX: &'static str = $prefix;

            /// A new one, later than all before.
            pub(crate) fn new() -> Self {
                Self(format!(concat!($prefix, "_{}"), Uuid::now_v7().simple()))
            }

            /// As text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self, Error> {
                if is_id(&text, $prefix) { Ok(Self(text)) } else { Err(Error::Malformed { what: stringify!($name), expected: concat!($prefix, "_ and 32 digits of a UUID") }) }
            }
        }

        impl FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                Self::try_from(text.to_owned())
            }
        }
    )*};
}

ids! {
    /// An organisation.
    OrganisationId "org";
    /// A key of an organisation.
    KeyId "key";
    /// A browser session.
    SessionId "ses";
    /// A one-time link.
    LinkId "lnk";
    /// A network.
    NetworkId "net";
    /// A version of a network.
    VersionId "ver";
    /// A saved column mapping.
    MappingId "map";
    /// A run.
    RunId "run";
    /// A job.
    JobId "job";
    /// A result of a run.
    ResultId "res";
    /// An entry of a network's evidence ledger.
    EntryId "ent";
    /// A grant of a run to another organisation.
    GrantId "gra";
    /// An entry of the audit log.
    AuditId "aud";
}

/// True if the text is a prefix, an underscore and a UUID as 32 small hexadecimal digits.
fn is_id(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)))
}
