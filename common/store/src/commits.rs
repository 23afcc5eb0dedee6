//! Decisions, and their commits in batches.

pub(crate) mod batch_state;
pub mod committer;
pub(crate) mod decision;
pub mod declared_reads;
pub(crate) mod envelopes;
pub(crate) mod loaded;
pub mod outbox;
pub mod tx;
