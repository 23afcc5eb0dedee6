//! Access of operators' commands to the engines of the settings, and to a store.

use bus::Relay;
use service::process::StartError;
use service::{Engines, Republisher};
use sources::{Clock, Ids};
use store::{Collection, Failure, Options, Store, Unavailable};

use crate::engines::open;
use crate::settings::MarketplaceSettings;

/// Works with the engines that the settings name, and closes them.
pub(super) async fn with_engines<T>(
    settings: &MarketplaceSettings,
    work: impl AsyncFnOnce(&Engines) -> Result<T, StartError>,
) -> Result<T, StartError> {
    let engines = open(settings).await?;
    let done = work(&engines).await;
    engines.close().await;
    done
}

/// Runs `work` with a service's store and a running committer. Published messages are in the outbox
/// until `work`, or the service itself, relays them.
pub(super) async fn with_store<T>(
    engines: &Engines,
    service: &'static str,
    collections: &[&'static Collection],
    work: impl AsyncFnOnce(&Store, &Republisher) -> Result<T, Unavailable>,
) -> Result<T, Unavailable> {
    let ids = Ids::random().map_err(|error| Unavailable::caused_by("cannot make ids", error))?;
    let clock = Clock::System;
    let options = Options {
        source: service,
        collections: [collections, &[&service::revocations::COLLECTION]].concat(),
        clock: clock.clone(),
        ids,
    };
    let (store, mut committer) = Store::open(engines.store(service), options).await?;
    let relay = Relay::new(store.outbox(), engines.bus.clone(), clock.clone());
    let republishing = Republisher::new(store.clone(), relay, clock);
    tokio::select! {
        done = work(&store, &republishing) => done,
        () = async { while committer.run_once().await.is_some() {} } => {
            Err(Unavailable::new(format!("the committer of {service} has ended")))
        }
    }
}

/// A failure of a decision, as an outage that says which.
pub(super) fn unavailable<R: std::fmt::Display>(what: &str, failure: Failure<R>) -> Unavailable {
    match failure {
        Failure::Refused(refusal) => Unavailable::new(format!("{what}: {refusal}")),
        Failure::Busy => Unavailable::new(format!("{what}: too much waits already, try again")),
        Failure::Unavailable(error) => Unavailable::caused_by(what.to_owned(), error),
    }
}
