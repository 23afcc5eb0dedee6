//! The webhook: events of the provider are verified, stored once, acknowledged at once, and
//! followed by an inquiry. Also changes at the provider without a request here, with or without
//! their events.

mod amounts;
mod dashboard;
mod disputes;
mod events;
