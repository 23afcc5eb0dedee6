//! Deliveries.

mod connections;
mod directory;
mod messages;
mod real_server;
mod replies;
mod samples;
mod sink;
mod smtp_url;
