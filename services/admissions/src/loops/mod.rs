//! Background loops, one file each.

mod expire_transfers;
mod void_admissions;

pub(crate) use expire_transfers::ExpireTransfers;
pub(crate) use void_admissions::VoidAdmissions;
