//! The payment provider: its port, and the implementations.

pub mod gateway;
pub mod stripe;
pub mod test_provider;
