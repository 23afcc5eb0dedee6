//! Decisions, and their commits in batches.

pub mod batch_state;
pub mod committer;
pub(crate) mod decision;
pub(crate) mod envelopes;
pub mod tx;
