//! Encoding of a batch for the engine.

use contract::Timestamp;

use super::Committer;
use crate::commits::batch_state::{BatchState, Slot};
use crate::commits::envelopes::EnvelopeBuilder;
use crate::engines::batch::{Batch, Record, Write};
use crate::error::Unavailable;

impl Committer {
    pub(super) fn batch(
        &mut self,
        state: &BatchState,
        published: Vec<i64>,
        now: Timestamp,
    ) -> Result<Batch, Unavailable> {
        self.marker.sequence += 1;
        let encoding = |error| Unavailable::caused_by("cannot encode a batch", error);
        let mut writes = Vec::new();
        for ((_, id), slot) in state.written() {
            writes.extend(self.write(id, slot).map_err(encoding)?);
        }
        let reads = state.read().collect();
        let builder = EnvelopeBuilder { source: self.source, now, ids: &self.ids };
        let outbox = builder.build(&state.messages).map_err(encoding)?;
        Ok(Batch { marker: self.marker, writes, reads, outbox, published, committed_at: now })
    }

    fn write(&self, id: &str, slot: &Slot) -> Result<Option<Write>, serde_json::Error> {
        let collection = slot.collection;
        let Some(document) = &slot.document else {
            return Ok(slot.stored_version.map(|expected_version| Write::Delete {
                collection,
                id: id.to_string(),
                expected_version,
            }));
        };
        let declared = self.fields.iter().find(|(name, _)| *name == collection.name);
        let record = Record {
            collection,
            id: id.to_string(),
            version: slot.stored_version.map_or(1, |version| version + 1),
            keys: declared.map(|(_, fields)| document.keys(fields)).unwrap_or_default(),
            body: document.encode()?,
        };
        Ok(Some(match slot.stored_version {
            None => Write::Insert(record),
            Some(expected_version) => Write::Replace { record, expected_version },
        }))
    }
}
