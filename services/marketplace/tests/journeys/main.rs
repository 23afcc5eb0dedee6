//! Journeys through the whole marketplace.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod life_of_an_order;
mod manners;
mod town;
