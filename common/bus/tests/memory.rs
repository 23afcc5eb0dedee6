//! The contract suite in memory.

use bus::Bus;
use sources::Clock;
use testing::bus_suite::{LIMITS, Rig};
use testing::platforms::START;

fn rig() -> (Rig, ()) {
    let (clock, hand) = Clock::manual(START);
    let bus = Bus::memory_within(clock.clone(), LIMITS);
    (Rig { bus, clock, hand, reopen: Box::new(|bus| bus) }, ())
}

testing::bus_suite!(rig());
