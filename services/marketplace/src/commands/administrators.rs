//! Grants the rights of an administrator, revokes them, and resets second factors: operator's
//! commands, since no password should be a default.

use auth::Refusal;
use auth::domain::KnownAddress;
use service::Republisher;
use service::process::StartError;
use store::{Failure, Store, Unavailable};

use super::operating::{unavailable, with_engines, with_store};
use crate::settings::MarketplaceSettings;

pub(super) async fn change(
    settings: &MarketplaceSettings,
    email: String,
    cannot: &str,
    change: impl AsyncFnOnce(&Store, KnownAddress) -> Result<(), Failure<Refusal>>,
) -> Result<(), StartError> {
    let email = KnownAddress::try_from(email)
        .map_err(|rule| Unavailable::new(format!("the argument {rule}")))?;
    let change = async |store: &Store, outbox: &Republisher| {
        change(store, email).await.map_err(|failure| unavailable(cannot, failure))?;
        if let Err(error) = outbox.relay_all().await {
            // It is committed; the message waits in the outbox, and auth publishes it.
            tracing::warn!(error = error.chain(), "the bus does not respond");
        }
        Ok(())
    };
    with_engines(settings, async |engines| {
        Ok(with_store(engines, auth::NAME, auth::COLLECTIONS, change).await?)
    })
    .await
}
