//! Documents of admissions: their values, their rendering and their cache.

mod cache;
mod printer;
mod values;
mod words;

pub use cache::purge;
pub(crate) use cache::{FORGET_PERIOD, find, forget_documents, keep};
pub(crate) use printer::Printer;
pub(crate) use values::document;
