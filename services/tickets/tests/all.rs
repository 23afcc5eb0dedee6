//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod amount_rules;
mod api;
mod box_office;
mod edits;
mod image_fuzz;
mod image_rendering;
mod image_samples;
mod images;
mod listeners;
mod listing;
mod orphaned;
mod reports;
mod resale;
mod revisions;
mod sales;
mod samples;
mod search;
mod show_fixture;
mod show_listing;
mod show_rules;
mod show_tickets;
mod shows;
mod taking_down;
mod ticket_rules;
mod ticket_table;
