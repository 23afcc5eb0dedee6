//! Journeys through the whole marketplace.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod life_of_an_order;
mod manners;
mod town;
