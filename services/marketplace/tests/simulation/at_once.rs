//! Futures that wait for nothing but their next turn: those that open services and read what is kept.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Turns of such a future, at the most: reading everything that a script leaves takes some thousand.
const TURNS_MAX: u32 = 1_000_000;

/// Gives a future turns until it ends.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..TURNS_MAX {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
    panic!("it waits for something");
}
