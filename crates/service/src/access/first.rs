//! The first start: an organisation, its owner's key, and a link that opens the app.

use tierlight_store::{Error as StoreError, NewKey, OrganisationId, Role, Store, now};

use super::permission::Scope;
use super::secret::{KEY_PREFIX, Secret};

/// What a start has to show, once.
#[derive(Debug)]
pub struct First {
    /// The owner's key; only at the first start.
    pub key: Option<Secret>,
    /// Secret of a link that opens the app.
    pub link: Secret,
}

/// Why a first start fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system has no randomness to give.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

impl From<getrandom::Error> for Error {
    fn from(error: getrandom::Error) -> Self {
        Self::Random(error)
    }
}

/// Name of the organisation that the first start makes.
const NAME: &str = "My organisation";

/// Makes organisation and owner's key where there are none, and a link for a browser.
///
/// # Errors
/// The store cannot keep them.
pub async fn start(store: &Store, link_lasts: std::time::Duration) -> Result<First, Error> {
    let organisations = store.organisations().await?;
    let (organisation, key) = if let Some(first) = organisations.first() {
        (first.id.clone(), None)
    } else {
        let organisation = store.create_organisation(NAME).await?.id;
        let key = owner_key(store, &organisation).await?;
        (organisation, Some(key))
    };
    let link = Secret::new("")?;
    let expires = now().saturating_add(jiff::SignedDuration::try_from(link_lasts).unwrap_or_default()).unwrap_or(now());
    store.create_link(&organisation, &link.digest(), Role::Admin, &serde_json::json!({}), expires).await?;
    Ok(First { key, link })
}

/// A key with every scope, operation included.
///
/// # Errors
/// The store cannot keep it.
pub async fn owner_key(store: &Store, organisation: &OrganisationId) -> Result<Secret, Error> {
    let secret = Secret::new(KEY_PREFIX)?;
    let new = NewKey {
        name: "owner".to_owned(),
        role: Role::Admin,
        scopes: Scope::ALL.map(|s| s.word().to_owned()).to_vec(),
        digest: secret.digest(),
        prefix: secret.prefix().to_owned(),
        expires: None,
    };
    store.create_key(organisation, &new).await?;
    Ok(secret)
}
