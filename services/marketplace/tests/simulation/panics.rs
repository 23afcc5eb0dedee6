//! Panics on the threads of the simulator, recorded for the script that caused them even if another
//! component catches them.

use std::cell::RefCell;
use std::sync::Once;

thread_local! {
    static RECORDED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Records later panics on this thread instead of printing them.
pub(crate) fn record_here() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            RECORDED.with_borrow_mut(|recorded| match recorded {
                Some(recorded) => recorded.push(panic.to_string()),
                None => print(panic),
            });
        }));
    });
    RECORDED.set(Some(Vec::new()));
}

/// Prints later panics on this thread again; returns those since the last call of [`take`].
pub(crate) fn print_here() -> Vec<String> {
    RECORDED.take().unwrap_or_default()
}

/// The panics since the last call.
pub(crate) fn take() -> Vec<String> {
    RECORDED.with_borrow_mut(|recorded| recorded.as_mut().map(std::mem::take).unwrap_or_default())
}
