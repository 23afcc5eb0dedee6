//! Deliveries.

mod connections;
mod directory;
mod encryption;
mod messages;
mod real_server;
mod replies;
mod samples;
mod sink;
mod smtp_url;
