//! Money through Stripe, from the HTTP routes of the whole marketplace to the ledger of the
//! simulated provider.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod challenges;
mod lost_responses;
mod payment_ends;
mod test_marketplace;
mod top_ups;
