//! Images of shows: uploads, their rendering as JPEGs, and the deletion of replaced ones.

pub mod rendering;
pub(crate) mod replaced;
pub(crate) mod uploads;
