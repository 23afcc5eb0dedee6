//! The contract suite on the embedded log, with recent entries in memory and with none.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bus::{Bus, LogLimits};
use futures::FutureExt as _;
use sources::Clock;
use testing::bus_suite::{LIMITS, Rig, Window};
use testing::platforms::START;

fn rig(limits: LogLimits) -> (Rig, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus.db");
    let (clock, hand) = Clock::manual(START);
    let again = clock.clone();
    let open = move || Bus::embedded_within(&path, again.clone(), limits).unwrap();
    let bus = open();
    let reopen = move |bus: Bus| {
        drop(bus);
        std::future::ready(open()).boxed_local()
    };
    let window = Window::by(&hand);
    (Rig { bus, clock, hand, reopen: Box::new(reopen), window }, dir)
}

mod with_a_tail_in_memory {
    testing::bus_suite!(super::rig(super::LIMITS));
}

mod from_the_disk {
    const NO_TAIL: bus::LogLimits = bus::LogLimits { tail_bytes_max: 0, ..super::LIMITS };

    testing::bus_suite!(super::rig(NO_TAIL));
}
