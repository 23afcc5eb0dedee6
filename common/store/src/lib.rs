//! Documents, decisions, the group-commit committer and the outbox, on MongoDB, SQLite or in
//! memory.
//!
//! A service changes its documents only through [`Store::transact`], which takes a *decision*, a
//! synchronous and repeatable closure, and returns once its effects are durable. One [`Committer`]
//! per store queues the decisions that arrive while a commit is in progress, loads their documents,
//! runs them one after the other in memory, and writes their documents and messages as one atomic
//! batch.
//!
//! | module | subject |
//! |---|---|
//! | `collection`, `document` | declared collections and indexes; documents |
//! | `tx` | the interface of decisions |
//! | `store` | the handle of a service: transact, find, query |
//! | `committer` | the loop that commits decisions in batches |
//! | `query`, `search`, `pages` | reads outside decisions: declared indexes, keyset pagination; bounded searches; whole collections |
//! | `outbox` | committed messages to be published |
//! | `batch`, `engine` | the port to the storage engines: its vocabulary; `mongo`, `sqlite` and `memory` |
//! | `backend`, `outage` | the engine with its outages, each logged at its start and its end |
//! | `error` | refusals, outages and overload, never mixed |

mod backend;
pub mod batch;
mod batch_state;
mod cache;
pub mod collection;
pub mod committer;
mod decision;
pub mod document;
pub mod engine;
mod envelopes;
pub mod error;
pub mod memory;
pub mod mongo;
pub mod options;
pub mod outage;
pub mod outbox;
pub mod pages;
pub mod query;
mod read_batches;
pub mod search;
pub mod sqlite;
pub mod store;
pub mod tx;

pub use batch::OutboxEntry;
pub use collection::{Collection, Index};
pub use committer::Committer;
pub use document::{Document, Key};
pub use engine::Engine;
pub use error::{Failure, Never, NotLoaded, Refusal, Stop, Unavailable, error_chain};
pub use memory::{Fault, Faults, LastingFault, MemoryEngine, Operation};
pub use mongo::{MongoEngine, MongoServer, MongoSettings};
pub use options::Options;
pub use outage::{Access, Outage};
pub use outbox::Outbox;
pub use pages::Pages;
pub use query::{Position, Query};
pub use search::Found;
pub use sqlite::SqliteEngine;
pub use store::Store;
pub use tx::Tx;
