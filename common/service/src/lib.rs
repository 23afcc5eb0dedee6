//! A process: settings, telemetry, start-up, background loops and shutdown; and [`Service`], the value every service is.
//!
//! | module | holds |
//! |---|---|
//! | `definition` | what a service crate defines of its service |
//! | `service` | what a process gives a service, and what a service is to a process |
//! | `broadcast` | messages that every replica applies |
//! | `loops` | background work: a step, a wait, and a driver that stops between steps |
//! | `forget` | documents removed once they have been kept long enough |
//! | `migration` | changes of stored documents that are made once |
//! | `republish` | present states published again, to repair copies |
//! | `application` | the routes of some services, behind what every request meets |
//! | `http`, `bounded` | the HTTP server, and connections that nobody can hold for ever |
//! | `server` | HTTP and the loops of some services, started and stopped |
//! | `process` | a whole process: starts, waits for a signal, drains, ends |
//! | `program` | a process of one service: command line, settings, process |
//! | `settings` | every value by flag or environment, all invalid ones reported at once |
//! | `process_settings` | settings that every process has |
//! | `engines` | embedded engines, or MongoDB and NATS |
//! | `limits` | what a process takes at the most, as settings |
//! | `server_settings`, `server_address` | how those are reached, and shown without passwords |
//! | `starting` | answers while a process starts |
//! | `waiting` | waiting, within a bound, for what a process needs when it starts |
//! | `data_dir`, `session_key` | the data directory, its lock, the key that sessions are signed with |
//! | `secret` | a text that nobody is to see |
//! | `samples`, `secret_file` | secrets that production refuses, and files that it refuses to read them from |
//! | `revocations` | each service's copy of revoked sessions |
//! | `arrivals` | waiting, within a bound, for a copy that is on its way |
//! | `telemetry` | logs and metrics |

pub mod application;
pub mod arrivals;
pub mod bounded;
pub mod broadcast;
pub mod data_dir;
pub mod definition;
pub mod engines;
pub mod forget;
pub mod http;
pub mod limits;
pub mod loops;
pub mod measurements;
pub mod migration;
pub mod observing;
pub mod person;
mod priority;
pub mod process;
pub mod process_settings;
pub mod program;
pub mod republish;
pub mod revocations;
pub mod samples;
pub mod secret;
pub mod secret_file;
pub mod server;
pub mod server_address;
pub mod server_settings;
pub mod service;
pub mod session_key;
pub mod settings;
pub mod starting;
pub mod telemetry;
pub mod traces;
pub mod waiting;

pub use application::Application;
pub use arrivals::Arrivals;
pub use data_dir::DataDir;
pub use definition::{Opening, ServiceDefinition, ServiceSettings};
pub use engines::Engines;
pub use forget::Forget;
pub use loops::Loop;
pub use process::Process;
pub use republish::Republishing;
pub use secret::Secret;
pub use server::{Running, ServerOptions, serve};
pub use service::{Platform, Routes, Service};
pub use session_key::{CurrentKey, KeyFile, KeyRing, SessionKey};
pub use settings::{Setting, SettingErrors, Settings};
