//! Futures that wait only for their next poll: opening services and reading stores in memory.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Maximum number of polls of such a future: reading everything that a script leaves takes some
/// thousand.
const TURNS_MAX: u32 = 1_000_000;

/// Polls a future until it completes.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..TURNS_MAX {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("the future is not complete after {TURNS_MAX} polls");
}
