//! Reading the outbox. Commits remove entries.
//!
//! Each replica of a service publishes its own entries, in the order of its commits. Entries that
//! another replica has not published in time are published by any replica, in the same order: their
//! writer may be dead, and if it is not, the bus skips the duplicates. Between two live replicas
//! there is no order: each publishes on its own.

use futures::future::BoxFuture;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use contract::Timestamp;
use futures::TryStreamExt as _;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, doc};

use super::{MongoEngine, OUTBOX};
use crate::engines::batch::{NewOutboxEntry, ORPHANED_AFTER, OutboxEntry};
use crate::error::Unavailable;

/// Sequences within one millisecond, as a power of two.
const SEQUENCES_BITS: u32 = 20;

impl MongoEngine {
    pub(crate) fn read_outbox(
        &self,
        limit: usize,
        now: Timestamp,
    ) -> BoxFuture<'_, Result<Vec<OutboxEntry>, Unavailable>> {
        Box::pin(async move {
            let own = doc! { "writer": &self.shared.writer };
            let entries = self.entries(own, doc! { "writer": 1, "_id": 1 }, limit).await?;
            if !entries.is_empty() {
                return Ok(entries);
            }
            // By sequence, which rises with every commit of a writer; its clock may be set back.
            let orphaned_before = now.minus(ORPHANED_AFTER).unix_ms() << SEQUENCES_BITS;
            let orphaned = doc! { "_id": { "$lt": orphaned_before } };
            self.entries(orphaned, doc! { "_id": 1 }, limit).await
        })
    }

    async fn entries(
        &self,
        filter: Document,
        order: Document,
        limit: usize,
    ) -> Result<Vec<OutboxEntry>, Unavailable> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = self.within_bound("read the outbox of", async {
            let found = self.collection(OUTBOX).find(filter).sort(order).limit(limit).await?;
            found.try_collect::<Vec<_>>().await
        });
        let entries = found.await?.iter().map(entry).collect::<Result<_, _>>();
        entries.map_err(|error| Unavailable::caused_by("cannot read an outbox entry", error))
    }

    pub(crate) fn count_outbox(&self) -> BoxFuture<'_, Result<u64, Unavailable>> {
        Box::pin(async move {
            let outbox = self.collection(OUTBOX);
            self.within_bound("count the outbox of", async {
                outbox.estimated_document_count().await
            })
            .await
        })
    }

    /// Sequences for new entries: above all earlier ones of this engine. They collide with those of
    /// another one, for entries of the same millisecond, with a chance of one in half a million;
    /// the server then rejects the second batch, which is decided again.
    pub(super) fn sequences(
        &self,
        count: usize,
        now: Timestamp,
    ) -> impl Iterator<Item = i64> + use<> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let chance = i64::from(rand::random::<u32>() >> (32 - SEQUENCES_BITS + 1));
        let least = (now.unix_ms() << SEQUENCES_BITS) | chance;
        let free = &self.shared.next_sequence;
        let taken = free.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |free| {
            Some(free.max(least).saturating_add(count))
        });
        let first = taken.unwrap_or(least).max(least);
        first..first.saturating_add(count)
    }

    pub(super) fn outbox_document(&self, sequence: i64, entry: &NewOutboxEntry) -> Document {
        let body = Binary { subtype: BinarySubtype::Generic, bytes: entry.body.to_vec() };
        doc! {
            "_id": sequence,
            "writer": &self.shared.writer,
            "id": entry.id.to_string(),
            "subject": &entry.subject,
            "body": Bson::Binary(body),
            "committedAt": entry.committed_at.unix_ms(),
        }
    }
}

fn entry(found: &Document) -> mongodb::bson::error::Result<OutboxEntry> {
    Ok(OutboxEntry {
        sequence: found.get_i64("_id")?,
        id: found.get_str("id")?.to_owned(),
        subject: found.get_str("subject")?.to_owned(),
        body: Bytes::copy_from_slice(found.get_binary_generic("body")?),
        committed_at: Timestamp::from_unix_ms(found.get_i64("committedAt")?),
    })
}
