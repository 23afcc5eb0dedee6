//! Events and records of the provider.

pub(super) mod event;
pub(super) mod record;
