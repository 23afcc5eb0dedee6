//! Name of the service, and dependencies of its routes, listeners and loops.

use std::sync::Arc;

use contract::catalogue::services;
use service::CopyArrivals;
use sources::{Clock, Ids};
use store::Store;
use tokio::sync::Notify;

use crate::printing::Printer;
use crate::settings::Settings;

/// The service's name.
pub const NAME: &str = services::ADMISSIONS.name;

#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) settings: Settings,
    /// Notified when a show may have been cancelled.
    pub(crate) cancelled: Arc<Notify>,
    /// The number of the counters that this replica changes: of two with the same number, one
    /// retries.
    pub(crate) counter: u32,
    /// Notified when the hash of the secret of a transfer's link is stored.
    pub(crate) links: CopyArrivals,
    pub(crate) printer: Printer,
}
