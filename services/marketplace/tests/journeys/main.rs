//! Journeys through the whole marketplace.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod administrators;
mod life_of_an_order;
mod mailed_links;
mod middleware;
mod stripe;
mod test_marketplace;

/// Runs each journey that needs only an address, in a marketplace of its own.
macro_rules! in_process {
    ($($name:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $name() {
            test_marketplace::open().await.$name().await;
        }
    )+};
}

testing::journeys!(in_process);
