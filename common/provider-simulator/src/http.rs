//! The provider behind HTTP: its API, knobs for those who test with it, a page for challenges, and a courier for webhooks.

mod api;
mod api_key;
mod challenge;
mod courier;
mod dashboard;
mod desk;
mod knobs;
mod reports;
mod simulator;
mod strict;

pub use courier::Courier;
pub use desk::Webhook;
pub use simulator::{Deliveries, Options, Simulator};
