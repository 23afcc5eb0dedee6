//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod address_rules;
mod administrators;
mod api;
mod authenticator;
mod device_cookies;
mod fixture;
mod hashing_gate;
mod links;
mod mailbox;
mod person;
mod second_factor;
mod second_factor_changes;
mod second_factor_rules;
mod sessions;
mod sign_ups_by_mail;
mod spellings;
mod throttles;
mod user_rules;
