//! The cache of documents, in the store: replicas share it, and its bound is one of bytes and age.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::Bytes;
use sources::Clock;
use store::{Failure, Never, Query, Stop, Store, Unavailable};

use super::Printer;
use crate::domain::{CachedDocument, CachedFile};

/// Size of all cached files: thousands of documents, and less than a store notices.
const BYTES_MAX: u64 = 128 * 1024 * 1024;

/// Age at which a document is deleted: most are downloaded on the day of the order.
const KEPT: Duration = Duration::from_hours(24);

/// Wait between two rounds of deletion.
pub(crate) const FORGET_PERIOD: Duration = Duration::from_mins(1);

/// Entries per read.
const READ_PAGE: u32 = 500;

/// Documents deleted in one step: their files are loaded.
const DELETED_MAX: usize = 100;

/// The cached file of a document.
pub(crate) async fn find(store: &Store, id: &str) -> Result<Option<Bytes>, Unavailable> {
    Ok(store.find::<CachedFile>(id).await?.map(|file| file.pdf))
}

/// Keeps the file of a document, unless the cache is full. Errors: as [`Store::transact`]; the
/// document can be shown all the same.
pub(crate) async fn keep(
    store: &Store,
    printer: &Printer,
    (id, pdf): (String, Bytes),
) -> Result<(), Failure<Never>> {
    let bytes = u64::try_from(pdf.len()).unwrap_or(u64::MAX);
    if printer.cached_bytes.fetch_add(bytes, Ordering::Relaxed) > BYTES_MAX {
        return Ok(());
    }
    store
        .transact(move |tx| {
            if tx.get::<CachedDocument>(&id)?.is_none() {
                let (id, pdf) = (id.clone(), pdf.clone());
                tx.insert(CachedDocument { id: id.clone(), bytes, rendered_at: tx.now() });
                tx.insert(CachedFile { id, pdf });
            }
            Ok::<_, Stop<Never>>(())
        })
        .await
}

/// A step of the loop: deletes old documents, and the oldest beyond the bound. Returns their
/// number.
pub(crate) async fn forget_documents(
    (store, clock, printer): (Store, Clock, Printer),
) -> Result<usize, Unavailable> {
    let Forgotten { deleted, bytes, oldest } = forget_once((&store, &clock), KEPT).await?;
    printer.cached_bytes.store(bytes, Ordering::Relaxed);
    let kib = u32::try_from(bytes / 1024).unwrap_or(u32::MAX);
    metrics::gauge!("admission_documents_cached_bytes").set(f64::from(kib) * 1024.0);
    metrics::gauge!("admission_documents_oldest_seconds").set(oldest.as_secs_f64());
    Ok(deleted)
}

/// Deletes the documents that were rendered earlier than `older_than` ago; returns their number.
///
/// # Errors
/// [`Unavailable`] when the store does not respond.
pub async fn purge(
    store: &Store,
    clock: &Clock,
    older_than: Duration,
) -> Result<usize, Unavailable> {
    let mut purged = 0;
    // Each step deletes documents, whose number has a bound.
    loop {
        match forget_once((store, clock), older_than).await?.deleted {
            0 => return Ok(purged),
            deleted => purged += deleted,
        }
    }
}

/// The result of a step: the number of deleted documents, and the size and age of the others.
struct Forgotten {
    deleted: usize,
    bytes: u64,
    oldest: Duration,
}

async fn forget_once(
    (store, clock): (&Store, &Clock),
    kept: Duration,
) -> Result<Forgotten, Unavailable> {
    let now = clock.now();
    let entries = Query::on("by_age").ascending().limit(READ_PAGE);
    let entries = store.pages_of::<CachedDocument>(entries).all().await?;
    let mut bytes: u64 = entries.iter().map(|entry| entry.bytes).sum();
    let mut deleted = Vec::new();
    for entry in entries.iter().take(DELETED_MAX) {
        if now.since(entry.rendered_at) < kept && bytes <= BYTES_MAX {
            break;
        }
        bytes -= entry.bytes;
        deleted.push(entry.id.clone());
    }
    let oldest = entries.get(deleted.len()).map(|entry| now.since(entry.rendered_at));
    let number = deleted.len();
    if number > 0 {
        let deletion = store.transact(move |tx| {
            for id in &deleted {
                if tx.get::<CachedDocument>(id)?.is_some() {
                    tx.delete::<CachedDocument>(id);
                }
                if tx.get::<CachedFile>(id)?.is_some() {
                    tx.delete::<CachedFile>(id);
                }
            }
            Ok::<_, Stop<Never>>(())
        });
        let cannot = |failure| Unavailable::caused_by("cannot delete documents", failure);
        deletion.await.map_err(cannot)?;
    }
    Ok(Forgotten { deleted: number, bytes, oldest: oldest.unwrap_or_default() })
}
