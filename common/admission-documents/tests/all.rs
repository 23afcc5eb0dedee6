//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod files;
mod readers;
mod samples;
mod texts;
