//! The contract suite on the real NATS server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bus::{Bus, JetStreamSettings};
use futures::FutureExt as _;
use sources::Clock;
use testing::bus_suite::{LIMITS, Rig, Window};
use testing::engines::nats;
use testing::platforms::START;

async fn rig() -> (Rig, ()) {
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

testing::bus_suite!(rig().await);
