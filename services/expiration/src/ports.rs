//! Name of the service, and dependencies of its routes, listeners and loops.

use contract::catalogue::services;
use std::sync::Arc;

use sources::Clock;
use store::Store;
use tokio::sync::Notify;

/// The service's name.
pub const NAME: &str = services::EXPIRATION.name;

/// Dependencies of listeners and loops.
#[derive(Clone)]
pub struct Ports {
    /// The store.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// Notified of a new deadline.
    pub deadlines: Arc<Notify>,
}
