//! Events, and their delivery as webhooks.

pub(crate) mod event;
pub(crate) mod signature;
pub(crate) mod webhooks;
