//! Name of the service, and dependencies of its routes, listeners and loops.

use ::service::{CopyArrivals, Searches};
use contract::UserId;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;
use web::Throttle;

use crate::images::uploads::Uploads;
use crate::settings::Settings;

/// The service's name.
pub const NAME: &str = services::TICKETS.name;

#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) settings: Settings,
    /// Notifies waiting requests of a ticket's new stock, and of decided revisions.
    pub(crate) arrivals: CopyArrivals,
    pub(crate) searches: Searches,
    pub(crate) uploads: Uploads,
    /// Rate limit of reports, per account.
    pub(crate) reports: Throttle<UserId>,
}
