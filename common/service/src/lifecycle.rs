//! Start, run and stop of a process.

pub mod data_dir;
pub mod engines;
pub mod process;
pub mod program;
pub mod server;
pub mod startup_responder;
pub mod startup_wait;
