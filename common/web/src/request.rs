//! The id of the request that the running task handles; extractors of its parts.

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

pub(crate) async fn with_request_id<F: Future>(id: Arc<str>, work: F) -> F::Output {
    REQUEST_ID.scope(id, work).await
}

/// Implements [`FromRequest`](actix_web::FromRequest) for a type that is read at once.
macro_rules! extract {
    ($type:ty $(where $param:ident: $bound:path)?, $error:ty, |$request:ident| $read:expr) => {
        impl$(<$param: $bound + 'static>)? ::actix_web::FromRequest for $type {
            type Error = $error;
            type Future = ::std::future::Ready<Result<Self, $error>>;

            fn from_request(
                $request: &::actix_web::HttpRequest,
                _: &mut ::actix_web::dev::Payload,
            ) -> Self::Future {
                ::std::future::ready($read)
            }
        }
    };
}

pub(crate) use extract;
