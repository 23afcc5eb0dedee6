//! Makes an account an administrator: an operator's command, since no password should be a default.

use auth::domain::EmailAddress;
use service::DataDir;
use service::process::StartError;
use sources::{Clock, Ids};
use store::{Engine, Options, Store, Unavailable};

use crate::settings::MarketplaceSettings;

pub(super) fn grant_admin(settings: &MarketplaceSettings, email: String) -> Result<(), StartError> {
    let email = EmailAddress::try_from(email)
        .map_err(|rule| Unavailable::new(format!("the argument {rule}")))?;
    let data_dir = DataDir::open(&settings.data_dir)?;
    let lifetime = settings.auth.session_lifetime;
    let granting = async move {
        let cannot = |error| Unavailable::caused_by("cannot make ids", error);
        let options = Options {
            source: auth::NAME,
            collections: [auth::COLLECTIONS, &[&service::revocations::COLLECTION]].concat(),
            clock: Clock::System,
            ids: Ids::random().map_err(cannot)?,
        };
        let engine = Engine::sqlite(data_dir.file("auth.db"));
        let (store, mut committer) = Store::open(engine, options).await?;
        let granted = tokio::select! {
            granted = auth::grant_admin(&store, email, lifetime) => granted,
            () = async { while committer.run_once().await.is_some() {} } => Ok(()),
        };
        granted.map_err(|error| Unavailable::caused_by("cannot grant", error))
    };
    Ok(super::runtime()?.block_on(granting).map_err(|error| Unavailable::new(error.chain()))?)
}
