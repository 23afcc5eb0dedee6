//! The reverse proxy to replicas, and a TCP proxy that injects faults.
//!
//! | module | contents |
//! |---|---|
//! | `router` | HTTP by path to a running replica of the service that owns it |
//! | `tcp_proxy` | TCP to a database or broker, with cuts, partitions and delays |

mod router;
mod tcp_proxy;

pub use router::{Route, Router};
pub use tcp_proxy::TcpProxy;
