//! Collections, keys and indexes of deadlines.

use store::{Collection, Index, document};

use crate::domain::{Deadline, State};

/// Deadlines, by order. Indexed by time while pending, then by the time of their settlement.
pub static DEADLINES: Collection = Collection::indexed(
    "deadlines",
    &[
        Index { name: "pending", fields: &["pending", "expiresAt"] },
        Index { name: "settled", fields: &["settledAt"] },
    ],
);

document!(Deadline, DEADLINES, |deadline| deadline.order_id,
    "pending" => (deadline.state == State::Pending).then_some(true),
    "expiresAt" => deadline.expires_at,
    "settledAt" => (deadline.state != State::Pending).then_some(deadline.changed_at),
);
