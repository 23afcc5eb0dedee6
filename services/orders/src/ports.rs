//! Name of the service, and dependencies of its routes, listeners and loops.

use ::service::CopyArrivals;
use contract::UserId;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;
use web::Throttle;

use crate::popular::Popular;
use crate::settings::Settings;

/// The service's name.
pub const NAME: &str = services::ORDERS.name;

/// What routes, listeners and loops work with.
#[derive(Clone)]
pub struct Ports {
    /// Its documents.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Ids,
    /// What can be set.
    pub settings: Settings,
    /// Told when a copy of a ticket has arrived.
    pub tickets: CopyArrivals,
    /// Announces each order that has followed one of its payments.
    pub payments: CopyArrivals,
    /// Orders of one user in a time; each replica counts for itself.
    pub throttle: Throttle<UserId>,
    /// Told which tickets are ordered.
    pub popular: Popular,
}
