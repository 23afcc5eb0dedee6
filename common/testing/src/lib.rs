//! For tests only: services over real HTTP on engines that can be restarted, a clock that is moved by hand, signed-in users,
//! and a contract suite for each port.
//!
//! | module | holds |
//! |---|---|
//! | `platforms` | engines, bus, clock and keys that outlive a restart of the services on them |
//! | `stage` | services that run, called over HTTP and stepped by hand |
//! | `user` | somebody signed in |
//! | `reply` | what a call answered |
//! | `engines` | real servers, fetched and started for tests |
//! | `envelopes` | messages as services publish them |
//! | `load` | customers who order, pay, cancel and forget, and the journal of what they were told |
//! | `checker` | whether everything that must always hold does, in what a run left behind |
//! | `processes` | programs that are started, killed, paused and awaited |
//! | `proxy` | the way to replicas, and a wire that can be cut and slowed |
//! | `test_files` | whether the tests of a package are all compiled |
//! | `store_suite`, `bus_suite` | what every engine of the store and of the bus must do |
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "checks are chained, and end where a test has seen enough"
)]
#![expect(clippy::missing_panics_doc, reason = "everything here panics when a test has failed")]

pub mod bus_suite;
pub mod checker;
pub mod engines;
pub mod envelopes;
pub mod load;
pub mod platforms;
pub mod processes;
pub mod proxy;
pub mod reply;
pub mod stage;
pub mod store_suite;
pub mod test_files;
pub mod user;

pub use envelopes::envelope_of;
pub use platforms::Platforms;
pub use reply::Reply;
pub use stage::Stage;
pub use user::User;
