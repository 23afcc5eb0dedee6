//! Name of the service, and dependencies of its routes, listeners and loops.

use std::sync::Arc;

use ::service::CopyArrivals;
use contract::UserId;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;
use tokio::sync::Notify;
use web::Throttle;

use crate::recently_ordered::RecentlyOrdered;
use crate::settings::Settings;

/// The service's name.
pub const NAME: &str = services::ORDERS.name;

#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) settings: Settings,
    /// Notifies waiting requests of a ticket's first copy.
    pub(crate) tickets: CopyArrivals,
    /// Notifies waiting requests of an order's copied payment.
    pub(crate) payments: CopyArrivals,
    /// Wakes the loop that ends the orders of cancelled shows.
    pub(crate) cancelled_shows: Arc<Notify>,
    /// Rate limit of orders per user; each replica counts separately.
    pub(crate) throttle: Throttle<UserId>,
    pub(crate) recently_ordered: RecentlyOrdered,
}
