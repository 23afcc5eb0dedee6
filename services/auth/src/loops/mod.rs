//! Background loops, one file each.

pub(crate) mod send_resets;
pub(crate) mod show_person_requests;

pub use show_person_requests::oldest;
