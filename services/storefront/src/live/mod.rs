//! Changes while people look: of stock for everyone, of orders for their buyers.
//!
//! A stream begins with the present state of its topics. Then it has every later state of their
//! stock, the end of their orders and declined payments, about one frame a second. So it has no gap
//! after a lost connection or a restart, on any replica. An event states a version; one that is
//! not greater than the last known is old.

mod buyers;
mod changes;
mod frames;
mod hub;
mod local;
mod stream;
mod topic;

pub(crate) use buyers::{send_order_to_buyer, send_to_buyer};
pub(crate) use changes::{CHANGES, CHANGES_KEPT, Change, FOLLOW_PERIOD, Known, follow, keep};
pub(crate) use frames::{Frames, PACE};
pub(crate) use hub::{Hub, OrderEvent};
pub(crate) use local::LocalHub;
pub(crate) use stream::open;
pub(crate) use topic::Topic;
