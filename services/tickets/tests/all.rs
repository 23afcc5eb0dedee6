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
mod listeners;
mod listing;
mod orphaned;
mod revisions;
mod samples;
mod search;
mod show_listing;
mod show_rules;
mod show_tickets;
mod shows;
mod taking_down;
mod ticket_rules;
mod ticket_table;
