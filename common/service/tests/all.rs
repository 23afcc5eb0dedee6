//! The tests of this package in one program: each program costs seconds of building.

mod connection_timeouts;
mod copy_arrivals;
mod cross_origin;
mod edges;
mod erasures;
mod holding;
mod key_files;
mod kiosk;
mod limits;
mod listening;
mod loops;
mod payment_provider;
mod raw;
mod readiness;
mod retention;
mod revocations;
mod server_settings;
mod settings;
mod stopping;
mod untrusted_trace;
