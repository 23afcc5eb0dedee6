//! Name of the service, and dependencies of its routes, listeners and loops.

use ::service::CopyArrivals;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;

use crate::settings::Settings;
use crate::title_search::Searches;

/// The service's name.
pub const NAME: &str = services::TICKETS.name;

/// Dependencies of routes and listeners.
#[derive(Clone)]
pub struct Ports {
    /// The store.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// Source of ids.
    pub ids: Ids,
    /// Settings.
    pub settings: Settings,
    /// Notifies waiting requests of a ticket's new stock.
    pub stock: CopyArrivals,
    /// Searches, and their limits.
    pub searches: Searches,
}
