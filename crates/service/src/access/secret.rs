//! Secrets of keys, sessions and links: 256 random bits, of which only a digest is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tierlight_store::Digest;

/// What keys begin with.
pub const KEY_PREFIX: &str = "tl_";
/// Letters of a key that are shown later, to tell keys apart.
const SHOWN: usize = 9;
/// Random bytes.
const BYTES: usize = 32;
/// Letters of a secret.
pub const LETTERS: usize = 43;

/// A secret that is shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new secret with a prefix.
    ///
    /// # Errors
    /// The system has no randomness to give.
    pub fn new(prefix: &str) -> Result<Self, getrandom::Error> {
        let mut bytes = [0u8; BYTES];
        getrandom::fill(&mut bytes)?;
        Ok(Self(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The secret.
    #[must_use]
    pub fn show(&self) -> &str {
        &self.0
    }

    /// Its first letters.
    #[must_use]
    pub fn prefix(&self) -> &str {
        self.0.get(..SHOWN).unwrap_or_default()
    }

    /// What is kept of it. A digest of 256 random bits gives nothing away, and is looked up in an index: no comparison that takes longer
    /// the more of it is right.
    #[must_use]
    pub fn digest(&self) -> Digest {
        digest(&self.0)
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Digest of a secret that a caller sends.
#[must_use]
pub fn digest(secret: &str) -> Digest {
    Digest::of(secret.as_bytes())
}

/// The token against forged requests that belongs to a session's cookie: whoever has the cookie can be told it, nobody can guess it.
#[must_use]
pub fn csrf(cookie: &str) -> String {
    Digest::of(format!("csrf of {cookie}").as_bytes()).to_string()
}

/// True when both digests are the same, in a time that does not depend on where they differ.
#[must_use]
pub fn same(x: &Digest, y: &Digest) -> bool {
    x.bytes().iter().zip(y.bytes()).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_long_and_hidden() {
        let (one, two) = (Secret::new(KEY_PREFIX).unwrap(), Secret::new(KEY_PREFIX).unwrap());
        assert_ne!(one, two);
        assert_eq!(one.show().len(), KEY_PREFIX.len() + LETTERS);
        assert!(!format!("{one:?}").contains(one.show()));
        assert!(same(&one.digest(), &digest(one.show())) && !same(&one.digest(), &two.digest()));
        assert_ne!(csrf("a"), csrf("b"));
    }
}
