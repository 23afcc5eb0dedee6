//! Real servers for tests: fetched once into the user's cache, started on free ports with throw-away data, and gone when
//! the test process is, however it ends.
//!
//! | module | holds |
//! |---|---|
//! | `cache` | pinned programs, fetched once for all test processes of a user |
//! | `guardian` | a server that is started, killed and paused by hand, and cannot outlive its test process |
//! | `ports` | ports that stay the same over a restart |
//! | `within` | waiting for a fact, with a bound |
//! | `mongo` | a server that speaks MongoDB's wire protocol, with transactions |
//! | `nats` | nats-server with JetStream, alone or as a cluster of three |

pub mod cache;
pub mod guardian;
pub mod mongo;
pub mod nats;
pub mod ports;
pub mod within;
