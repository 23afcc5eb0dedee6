//! Name of the service, and dependencies of its pages, listeners and loops.

use std::sync::Arc;

use ::service::Searches;
use contract::catalogue::services;
use sources::{Clock, Ids};
use store::Store;

use crate::api::Api;
use crate::cards::Cards;
use crate::live::Hub;
use crate::rendered::Rendered;
use crate::texts::Texts;

/// The service's name.
pub const NAME: &str = services::STOREFRONT.name;

/// Dependencies of pages, listeners and loops.
#[derive(Clone)]
pub(crate) struct Ports {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) ids: Ids,
    pub(crate) searches: Searches,
    pub(crate) api: Api,
    pub(crate) texts: Arc<Texts>,
    pub(crate) live: Hub,
    pub(crate) pages: Rendered,
    pub(crate) cards: Cards,
}
