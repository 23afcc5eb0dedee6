//! The provider over HTTP: its API, a control API for tests, a page for challenges, and a sender of
//! webhooks.

mod api;
mod app_state;
mod challenge;
mod control_api;
mod simulator;
mod webhook_sender;

pub use app_state::Webhook;
pub use simulator::{Deliveries, Options, Simulator};
pub use webhook_sender::WebhookSender;
