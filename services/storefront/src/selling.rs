//! Parts of the pages of sellers: fields of forms, local times, charts, and uploads.

pub(crate) mod amounts;
pub(crate) mod chart;
pub(crate) mod details;
pub(crate) mod local_time;
pub(crate) mod refusals;
pub(crate) mod terms;
pub(crate) mod upload;
