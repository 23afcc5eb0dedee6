//! The pages of the visitor's own account.

pub(super) mod credit;
pub(super) mod data;
pub(super) mod email;
pub(super) mod erased;
pub(super) mod mail;
pub(super) mod second_factor;
pub(super) mod security;
pub(super) mod top_up;
