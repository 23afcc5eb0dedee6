//! Background loops, one file each.

mod void_admissions;

pub(crate) use void_admissions::VoidAdmissions;
