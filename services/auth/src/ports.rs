//! Name of the service, and dependencies of its routes, listeners and loops.

use ::service::CopyArrivals;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;
use web::Sessions;

use crate::credentials::hashing::Hasher;
use crate::credentials::throttles::Throttles;
use crate::sessions::signing::Signer;

/// The service's name.
pub const NAME: &str = services::AUTH.name;

/// Dependencies of the routes.
#[derive(Clone)]
pub struct Ports {
    /// The store.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// Source of ids.
    pub ids: Ids,
    /// Verifies sessions; receives revocations as soon as they are committed.
    pub sessions: Sessions,
    /// Hashes passwords.
    pub hasher: Hasher,
    /// Signs tokens.
    pub signer: Signer,
    /// Rate limits per address and user.
    pub(crate) throttles: Throttles,
    /// Notifies waiting requests of a person's new part.
    pub(crate) requests: CopyArrivals,
}
