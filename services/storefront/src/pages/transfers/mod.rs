//! The pages of transfers, one file each.

pub(super) mod list;
pub(super) mod show;
