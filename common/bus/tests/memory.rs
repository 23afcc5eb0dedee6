//! The contract suite in memory.

use bus::Bus;
use sources::Clock;
use testing::bus_suite::Rig;
use testing::platforms::START;

fn rig() -> (Rig, ()) {
    let (clock, hand) = Clock::manual(START);
    let bus = Bus::memory(clock.clone());
    (Rig { bus, clock, hand, reopen: Box::new(Bus::clone) }, ())
}

testing::bus_suite!(rig());
