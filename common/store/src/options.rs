//! Options of a store.

use sources::{Clock, Ids};

use crate::collection::Collection;

/// Options of a store.
pub struct Options {
    /// The service's name, the source of its messages: `auth`.
    pub source: &'static str,
    /// Every collection it uses.
    pub collections: Vec<&'static Collection>,
    /// The source of [`Tx::now`](crate::Tx::now).
    pub clock: Clock,
    /// The source of outbox ids.
    pub ids: Ids,
}
