//! Test support: services over real HTTP on engines that can be restarted, a manual clock,
//! signed-in users, and a contract suite for each port.
//!
//! | module | contents |
//! |---|---|
//! | `platforms` | engines, bus, clock and keys that survive a restart of the services on them |
//! | `client` | requests over HTTP to services at an address |
//! | `marketplace` | a marketplace on engines of any kind |
//! | `journeys` | journeys through all services of a marketplace |
//! | `test_app` | running services, called over HTTP, with loops stepped by the test |
//! | `user` | a signed-in user |
//! | `reply` | the response to a call |
//! | `engines` | real servers, fetched and started for tests |
//! | `envelopes` | messages as services publish them |
//! | `customer` | requests of customers, the allowed responses, and the journal of responses |
//! | `load` | customers who order, pay, cancel and leave, and the journal of responses |
//! | `processes` | programs that are started, killed, paused and awaited |
//! | `proxy` | the reverse proxy to replicas, and a TCP proxy that injects faults |
//! | `steps` | requests, publications and pages as the tests of several services make them |
//! | `settings` | the settings of a service, read from an environment |
//! | `samples` | ids, amounts and states for tests of rules |
//! | `test_files` | a check that all tests of a package are compiled |
//! | `store_suite`, `bus_suite` | the contract of every engine of the store and of the bus |
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "checks are chained, and end where a test has seen enough"
)]
#![expect(clippy::missing_panics_doc, reason = "everything here panics when a test has failed")]

pub mod bus_suite;
pub mod client;
pub mod customer;
pub mod engines;
pub mod envelopes;
pub mod journeys;
pub mod load;
pub mod marketplace;
pub mod platforms;
pub mod processes;
pub mod proxy;
pub mod reply;
pub mod samples;
pub mod settings;
pub mod steps;
pub mod store_suite;
pub mod test_app;
pub mod test_files;
pub mod user;

pub use client::Client;
pub use envelopes::envelope_of;
pub use marketplace::TestMarketplace;
pub use platforms::Platforms;
pub use reply::Reply;
pub use test_app::TestApp;
pub use user::User;
