//! Responses, problems, pages, and repeats of a response.

pub mod code;
pub mod csv_table;
pub mod download;
pub mod file_response;
pub mod idempotency;
pub mod page;
pub(crate) mod precondition;
pub mod problem;
pub mod response;
