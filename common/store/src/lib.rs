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
//! | `store` | the handle of a service: transact, find, query, outbox |
//! | `commits::tx` | the interface of decisions |
//! | `commits::committer` | the loop that commits decisions in batches |
//! | `reads::query`, `pages` | reads outside decisions: declared indexes, keyset pagination; bounded searches; whole collections |
//! | `engines::batch` | the vocabulary of the port to the storage engines |
//! | `engines::engine` | the port, and the engines: `mongo`, `sqlite` and `memory` |
//! | `engines::outage` | outages of an engine, each logged at its start and its end |
//! | `error` | refusals, outages and overload, never mixed |

pub mod collection;
pub mod commits;
pub mod document;
pub mod engines;
pub mod error;
pub mod options;
pub mod reads;
pub mod store;

pub use collection::{Collection, Index};
pub use commits::batch_state::Reads;
pub use commits::committer::Committer;
pub use commits::tx::Tx;
pub use document::{Document, Key};
pub use engines::batch::OutboxEntry;
pub use engines::engine::Engine;
pub use engines::memory::{Fault, Faults, LastingFault, MemoryEngine, Operation};
pub use engines::mongo::{MongoEngine, MongoServer, MongoSettings};
pub use engines::outage::{Access, Outage};
pub use engines::sqlite::SqliteEngine;
pub use engines::{batch, memory};
pub use error::{Failure, Loaded, Never, Refusal, Stop, Unavailable, error_chain};
pub use options::Options;
pub use reads::pages::Pages;
pub use reads::query::{Found, Position, Query};
pub use store::{Outbox, Store};
