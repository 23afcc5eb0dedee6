//! Real servers for tests: fetched once into the user's cache, started on free ports with temporary
//! data, and ended with the test process for any reason.
//!
//! | module | contents |
//! |---|---|
//! | `cache` | pinned programs, fetched once for all test processes of a user |
//! | `process_supervisor` | a server controlled by a test, which ends with the test process |
//! | `ports` | ports that stay the same after a restart |
//! | `within` | waiting for a condition, with a bound |
//! | `mongo` | a server that implements MongoDB's wire protocol, with transactions |
//! | `nats` | nats-server with JetStream, alone or as a cluster of three |

pub mod cache;
pub mod mongo;
pub mod nats;
pub mod ports;
pub mod process_supervisor;
pub mod within;
