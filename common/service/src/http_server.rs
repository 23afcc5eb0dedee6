//! The HTTP server of a process.

pub mod application;
pub mod connection_timeouts;
pub mod http;
