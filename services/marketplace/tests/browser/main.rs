//! The pages in Chromium: purchases with and without scripts, sessions, hostile texts, and
//! properties that every page must have.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod audits;
mod gallery;
mod hostile_texts;
mod keyboard;
mod marketplace;
mod pages;
mod percent_encoding;
mod purchases;
mod repetitions;
mod sessions;
mod world;
