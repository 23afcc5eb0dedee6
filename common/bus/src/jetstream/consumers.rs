//! Durable consumers: pulls, deliveries, settlements.

pub(super) mod consumer;
pub(super) mod consumer_context;
