//! The pages in Chromium: orders with and without scripts, sessions, outages, hostile texts, and
//! properties that every page must have.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod audits;
mod device_codes;
mod gallery;
mod gates;
mod hostile_texts;
mod kept_mails;
mod lighthouse;
mod mailed_links;
mod marketplace;
mod orders;
mod outages;
mod pages;
mod percent_encoding;
mod second_factor;
mod sessions;
mod world;
