//! Name of the service, and dependencies of its routes, listeners and loops.

use ::service::CopyArrivals;
use contract::UserId;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;
use web::Throttle;

use crate::recently_ordered::RecentlyOrdered;
use crate::settings::Settings;

/// The service's name.
pub const NAME: &str = services::ORDERS.name;

/// Dependencies of routes, listeners and loops.
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
    /// Notifies waiting requests of a ticket's first copy.
    pub tickets: CopyArrivals,
    /// Notifies waiting requests of an order's copied payment.
    pub payments: CopyArrivals,
    /// Rate limit of orders per user; each replica counts separately.
    pub throttle: Throttle<UserId>,
    /// The recently ordered tickets.
    pub recently_ordered: RecentlyOrdered,
}
