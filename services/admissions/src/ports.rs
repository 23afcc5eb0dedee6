//! Name of the service, and dependencies of its routes, listeners and loops.

use std::sync::Arc;

use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;
use tokio::sync::Notify;

use crate::printing::Printer;

/// The service's name.
pub const NAME: &str = services::ADMISSIONS.name;

#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    /// Notified when a show may have been cancelled.
    pub(crate) cancelled: Arc<Notify>,
    pub(crate) printer: Printer,
}
