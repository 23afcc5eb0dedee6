//! Makes an account an administrator: an operator's command, since no password should be a default.

use auth::domain::GivenAddress;
use service::process::StartError;
use store::Unavailable;

use super::operating::{open, unavailable, with_store};
use crate::settings::MarketplaceSettings;

pub(super) async fn grant_admin(
    settings: &MarketplaceSettings,
    email: String,
) -> Result<(), StartError> {
    let email = GivenAddress::try_from(email)
        .map_err(|rule| Unavailable::new(format!("the argument {rule}")))?;
    let engines = open(settings).await?;
    let granting = with_store(&engines, auth::NAME, auth::COLLECTIONS, async |store, outbox| {
        let granted = auth::grant_admin(store, email).await;
        granted.map_err(|failure| unavailable("cannot grant", failure))?;
        if let Err(error) = outbox.relay_all().await {
            // It is granted; what tells of it waits in the outbox, and auth moves it on.
            tracing::warn!(error = error.chain(), "the bus does not answer");
        }
        Ok(())
    });
    Ok(granting.await?)
}
