//! The reverse proxy to replicas, and a TCP proxy that injects faults.

mod router;
mod tcp_proxy;

pub use router::{Route, Router};
pub use tcp_proxy::TcpProxy;
