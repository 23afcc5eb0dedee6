//! The program as a process: started, killed and stopped; on failing disks and servers; with the
//! commands of its operator; its data checked at rest; and on Stripe.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod check;
mod demo;
mod operator;
mod outage;
mod process;
mod running;
mod secrecy;
mod stripe;
