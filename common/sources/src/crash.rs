//! Crash points: places in the code at which a kill run ends a process.
//!
//! `CRASH_AT=before_commit` aborts the process at that point, `CRASH_AT=before_commit:3` at its third
//! pass. Builds with debug assertions have crash points; in a release build they compile to nothing.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Aborts the process if `CRASH_AT` names this point.
#[inline]
pub fn point(name: &'static str) {
    if cfg!(debug_assertions) && is_due(name) {
        std::process::abort();
    }
}

/// Sends the first item of a batch alone and aborts the process, if `CRASH_AT` names this point. A
/// batch of one item has no middle.
#[inline]
pub async fn midway<T: Clone, F: Future>(
    name: &'static str,
    batch: &[T],
    send: impl FnOnce(Vec<T>) -> F,
) {
    if cfg!(debug_assertions)
        && let [first, _, ..] = batch
        && is_due(name)
    {
        send(vec![first.clone()]).await;
        std::process::abort();
    }
}

/// Whether this pass of the point is the one that `CRASH_AT` names.
fn is_due(name: &'static str) -> bool {
    static CHOSEN: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    let chosen = CHOSEN.get_or_init(|| {
        let text = std::env::var("CRASH_AT").ok()?;
        let (name, nth) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), nth.parse().unwrap_or(1)))
    });
    chosen.as_ref().is_some_and(|(chosen, nth)| {
        chosen == name && PASSED.fetch_add(1, Ordering::Relaxed) + 1 == *nth
    })
}
