//! Storefront's copies, public pages and streams, on its own: other services are away.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod days;
mod doors;
mod fixture;
mod list;
mod live;
mod offers;
mod sessions;
