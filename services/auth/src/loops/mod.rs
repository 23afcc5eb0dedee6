//! Background loops, one file each.

mod show_person_requests;

pub use show_person_requests::ShowPersonRequests;
