//! Real servers for tests: fetched once into the user's cache, started on free ports with temporary
//! data, and ended with the test process for any reason. Also readers of QR codes and of PDF files,
//! which are programs.

pub(crate) mod cache;
pub mod certificates;
pub mod mongo;
pub mod nats;
pub mod pdf_reader;
pub mod qr_reader;
pub mod server;
pub mod smtp;
