//! Collections, keys and indexes of deadlines.

use store::{Collection, Document, Index, Key};

use crate::domain::{Deadline, State};

/// Deadlines, by order. Indexed by time while pending, then by the time of their settlement.
pub static DEADLINES: Collection = Collection {
    name: "deadlines",
    indexes: &[
        Index { name: "pending", fields: &["pending", "expiresAt"] },
        Index { name: "settled", fields: &["settledAt"] },
    ],
    searched: &[],
};

impl Document for Deadline {
    const COLLECTION: &'static Collection = &DEADLINES;

    fn document_id(&self) -> String {
        self.order_id.to_string()
    }

    fn key(&self, field: &str) -> Key {
        match field {
            "pending" => (self.state == State::Pending).then_some(true).into(),
            "expiresAt" => self.expires_at.into(),
            "settledAt" => (self.state != State::Pending).then_some(self.changed_at).into(),
            _ => Key::Null,
        }
    }
}
