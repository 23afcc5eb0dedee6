//! Origins of requests, and their limits.

pub mod client_address;
pub mod client_network;
pub mod network_slots;
pub mod rate_limit;
pub mod throttle;
