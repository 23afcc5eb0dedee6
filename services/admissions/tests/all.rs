//! The tests of this package in one program: each program costs seconds of code generation and
//! linking.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod bundles;
mod counts;
mod devices;
mod doors;
mod fixture;
mod gates;
mod issuing;
mod lists;
mod merges;
mod printing;
mod resale;
mod table;
mod transfer_table;
mod transfers;
