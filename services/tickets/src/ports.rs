//! Name of the service, and dependencies of its routes, listeners and loops.

use ::service::CopyArrivals;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;

use crate::searching::Searches;
use crate::settings::Settings;

/// The service's name.
pub const NAME: &str = services::TICKETS.name;

/// What routes and listeners work with.
#[derive(Clone)]
pub struct Ports {
    /// Its documents.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Ids,
    /// What is set.
    pub settings: Settings,
    /// Announces each ticket whose stock was followed.
    pub stock: CopyArrivals,
    /// Searches, and their limits.
    pub searches: Searches,
}
