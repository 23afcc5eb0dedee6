//! Name of the service, and dependencies of its routes, listeners and loops.

use contract::catalogue::services;
use std::sync::Arc;

use sources::Clock;
use store::Store;
use tokio::sync::Notify;

/// The service's name.
pub const NAME: &str = services::EXPIRATION.name;

/// What listeners and loops work with.
#[derive(Clone)]
pub struct Ports {
    /// Its documents.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// Told when a deadline was set.
    pub deadlines: Arc<Notify>,
}
