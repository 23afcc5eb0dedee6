//! The reverse proxy to replicas, and a TCP proxy that injects faults.
//!
//! | module | contents |
//! |---|---|
//! | `router` | HTTP by path to a running replica of the service that owns it |
//! | `wire` | TCP to a database or broker, with cuts, partitions and delays |

mod router;
mod wire;

pub use router::{Route, Router};
pub use wire::Wire;
