//! The way to replicas, and a wire that can be cut and slowed.
//!
//! | module | holds |
//! |---|---|
//! | `router` | HTTP by path to a living replica of the service that owns it |
//! | `wire` | TCP to a database or broker, which a test cuts, holds and delays |

mod router;
mod wire;

pub use router::{Route, Router};
pub use wire::Wire;
