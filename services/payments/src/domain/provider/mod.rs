//! Events, records and statuses of the provider.

pub(super) mod event;
pub(super) mod record;
pub(super) mod status;
