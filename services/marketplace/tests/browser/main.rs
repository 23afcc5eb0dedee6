//! The pages in Chromium: orders with and without scripts, sessions, outages, hostile texts, and
//! properties that every page must have.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod audits;
mod gallery;
mod hostile_texts;
mod lighthouse;
mod marketplace;
mod orders;
mod outages;
mod pages;
mod percent_encoding;
mod sessions;
mod world;
