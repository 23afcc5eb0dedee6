//! The simulated provider: called in one thread with explicit times (`provider`), and called by the
//! marketplace's client of Stripe's API (`http`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod merchant;
mod server;
mod webhook;

mod provider {
    mod cards;
    mod dashboard;
    mod faults;
    mod idempotency;
    mod ledger;
    mod lists;
    mod parameters;
    mod refunds;
    mod state_table;
    mod webhooks;
}

mod http {
    mod challenges;
    mod control;
    mod in_process;
    mod lost_responses;
    mod payments;
    mod program;
    mod refunds;
    mod webhooks;
    mod wire;
}
