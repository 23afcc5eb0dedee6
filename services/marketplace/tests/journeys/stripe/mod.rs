//! Money through Stripe, from the HTTP routes of the whole marketplace to the ledger of the
//! simulated provider.

mod challenges;
mod lost_responses;
mod payment_ends;
mod stripe_marketplace;
mod top_ups;
