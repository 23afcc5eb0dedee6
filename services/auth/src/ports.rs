//! Name of the service, and dependencies of its routes, listeners and loops.

use std::sync::Arc;

use ::service::CopyArrivals;
use contract::UserId;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;
use tokio::sync::Notify;
use web::{AddressThrottle, Sessions, Throttle};

use crate::credentials::hashing::Hasher;
use crate::sessions::signing::Signer;

/// The service's name.
pub const NAME: &str = services::AUTH.name;

#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    /// Verifies sessions; receives revocations as soon as they are committed.
    pub(crate) sessions: Sessions,
    pub(crate) hasher: Hasher,
    pub(crate) signer: Signer,
    /// Rate limit per address and network of requests that hash a password. Each replica counts
    /// separately, as for all limits.
    pub(crate) sign_ins: AddressThrottle,
    pub(crate) sign_ups: AddressThrottle,
    /// Rate limit of exports and erasures.
    pub(crate) person_requests: Throttle<UserId>,
    /// Notifies waiting requests of the hash of a link.
    pub(crate) links: CopyArrivals,
    /// Notifies waiting requests of a person's new part.
    pub(crate) requests: CopyArrivals,
    /// Notified when a link that sets a password is requested.
    pub(crate) reset_requested: Arc<Notify>,
}
