//! Deliveries.

mod connections;
mod directory;
mod encryption;
mod messages;
mod real_server;
mod replies;
pub(crate) mod samples;
mod sink;
mod smtp_url;
