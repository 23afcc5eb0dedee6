//! Money through Stripe, from the HTTP routes of the whole marketplace to the ledger of the
//! simulated provider.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod challenges;
mod lost_responses;
mod payment_ends;
mod program;
#[expect(dead_code, reason = "the other tests of the program use the rest")]
#[path = "../running/mod.rs"]
mod running;
mod secrecy;
mod test_marketplace;
mod top_ups;
#[path = "../running/tour.rs"]
mod touring;
