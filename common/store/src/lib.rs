//! Documents, decisions, the group-commit committer and the outbox, on MongoDB, SQLite or in memory.
//!
//! A service changes its documents in one way only: [`Store::transact`] takes a *decision*, a synchronous and re-runnable
//! closure, and answers once what it decided is durable. One [`Committer`] a store gathers the decisions that arrive
//! while a commit is under way, loads what they ask for, runs them one after the other in memory, and writes all of them
//! and the messages they publish as one atomic batch.
//!
//! | module | holds |
//! |---|---|
//! | `collection`, `document` | declared collections and indexes; what a document is |
//! | `tx` | what a decision sees and may do |
//! | `store` | the handle that services hold: transact, find, query |
//! | `committer` | the loop that turns decisions into batches |
//! | `query`, `search`, `pages` | reads outside decisions: declared indexes, seek pagination; bounded searches; whole collections |
//! | `outbox` | committed messages on their way to the bus |
//! | `engine` | the port to what keeps the bytes, and its engines: `mongo`, `sqlite`, `memory` |
//! | `backend`, `outage` | the engine with its outages, each logged when it starts and when it ends |
//! | `error` | refusals, outages and overload, never mixed |

mod backend;
mod cache;
pub mod collection;
pub mod committer;
mod decision;
pub mod document;
pub mod engine;
pub mod error;
pub mod memory;
pub mod mongo;
pub mod outage;
pub mod outbox;
pub mod pages;
pub mod query;
mod reads;
mod seal;
pub mod search;
pub mod sqlite;
pub mod store;
pub mod tx;
mod working;

pub use collection::{Collection, Index};
pub use committer::Committer;
pub use document::{Document, Key};
pub use engine::Engine;
pub use error::{Failure, Never, NotLoaded, Refusal, Stop, Unavailable};
pub use memory::{Fault, Faults, Lasting, MemoryEngine, Operation};
pub use mongo::{MongoEngine, MongoServer, MongoSettings};
pub use outage::{Access, Outage};
pub use outbox::{Outbox, OutboxEntry};
pub use pages::Pages;
pub use query::{Position, Query};
pub use search::Found;
pub use sqlite::SqliteEngine;
pub use store::{Options, Store};
pub use tx::Tx;
