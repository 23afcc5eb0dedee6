//! The pages of the visitor's own account.

pub(super) mod credit;
pub(super) mod data;
mod device;
pub(super) mod erased;
pub(super) mod security;
pub(super) mod top_up;
