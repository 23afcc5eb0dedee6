//! Background work, one file a loop.

mod show_person_requests;

pub use show_person_requests::ShowPersonRequests;
