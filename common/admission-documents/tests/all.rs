//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

mod files;
mod readers;
mod samples;
mod texts;
