//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod calendar;
mod hostile_texts;
mod kept_mails;
mod letters;
mod outages;
mod post_office;
mod preferences;
mod rendering;
mod samples;
mod settings;
mod shows;
mod transfers;
mod transport;
