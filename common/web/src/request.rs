//! The id of the request that the running task handles.

use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    static REQUEST_ID: Arc<str>;
}

/// The id of the current request; empty outside a request.
#[must_use]
pub fn current_request_id() -> Arc<str> {
    REQUEST_ID.try_with(Arc::clone).unwrap_or_default()
}

/// Runs `work` within the request with this id.
pub(crate) async fn with_request_id<F: Future>(id: Arc<str>, work: F) -> F::Output {
    REQUEST_ID.scope(id, work).await
}
