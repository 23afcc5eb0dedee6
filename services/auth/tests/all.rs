//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod address_rules;
mod administrators;
mod api;
mod device_cookies;
mod fixture;
mod hashing_gate;
mod person;
mod sessions;
mod spellings;
mod throttles;
mod user_rules;
