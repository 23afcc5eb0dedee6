//! The contract suite on the embedded log.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bus::Bus;
use sources::Clock;
use testing::bus_suite::Rig;
use testing::platforms::START;

fn rig() -> (Rig, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bus.db");
    let (clock, hand) = Clock::manual(START);
    let bus = Bus::embedded(&path, clock.clone()).unwrap();
    let again = clock.clone();
    let reopen = Box::new(move |_: &Bus| Bus::embedded(&path, again.clone()).unwrap());
    (Rig { bus, clock, hand, reopen }, dir)
}

testing::bus_suite!(rig());
