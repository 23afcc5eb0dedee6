//! The contract suite in memory.

use bus::Bus;
use futures::FutureExt as _;
use sources::Clock;
use testing::bus_suite::{LIMITS, Rig, Window};
use testing::platforms::START;

fn rig() -> (Rig, ()) {
    let (clock, hand) = Clock::manual(START);
    let bus = Bus::memory_watched(clock.clone(), LIMITS, |_| {});
    let reopen = Box::new(|bus| std::future::ready(bus).boxed_local());
    let window = Window::by(&hand);
    (Rig { bus, clock, hand, reopen, window }, ())
}

testing::bus_suite!(rig());
