//! The contract suite on every engine: the embedded log with recent entries in memory and with none.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bus::{Bus, JetStreamSettings, LogLimits};
use futures::FutureExt as _;
use sources::Clock;
use testing::bus_suite::{LIMITS, Rig, Window};
use testing::engines::nats;
use testing::platforms::START;

fn memory() -> (Rig, ()) {
    let (clock, hand) = Clock::manual(START);
    let bus = Bus::memory_watched(clock.clone(), LIMITS, |_| {});
    let reopen = Box::new(|bus| std::future::ready(bus).boxed_local());
    let window = Window::by(&hand);
    (Rig { bus, clock, hand, reopen, window }, ())
}

fn embedded(limits: LogLimits) -> (Rig, tempfile::TempDir) {
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

async fn jetstream() -> (Rig, ()) {
    let (clock, hand) = Clock::manual(START);
    let settings = JetStreamSettings {
        log_bytes_max: LIMITS.log_bytes_max,
        ..nats::settings(nats::shared_url())
    };
    let window = Window::of_broker(&hand, settings.duplicate_window);
    let again = clock.clone();
    let open = move || {
        let (settings, clock) = (settings.clone(), again.clone());
        async move { Bus::jetstream(settings, clock).await.unwrap() }
    };
    let bus = open().await;
    let reopen = move |bus: Bus| {
        drop(bus);
        open().boxed_local()
    };
    (Rig { bus, clock, hand, reopen: Box::new(reopen), window }, ())
}

mod in_memory {
    testing::bus_suite!(super::memory());
}

mod embedded_with_a_tail_in_memory {
    testing::bus_suite!(super::embedded(super::LIMITS));
}

mod embedded_from_the_disk {
    const NO_TAIL: bus::LogLimits = bus::LogLimits { tail_bytes_max: 0, ..super::LIMITS };

    testing::bus_suite!(super::embedded(NO_TAIL));
}

mod on_jetstream {
    testing::bus_suite!(super::jetstream().await);
}
