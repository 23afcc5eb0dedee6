//! A process: settings, telemetry, start, background loops and stop; and [`Service`], the value of
//! every service.
//!
//! | module | subject |
//! |---|---|
//! | `platform`, `service`, `definition` | the engines of a service; the service; its definition for programs |
//! | `loops`, `broadcast` | background loops; a subscription of every replica |
//! | `retention`, `migration`, `republisher` | deletion of old documents, one-time changes, repair of copies |
//! | `copy_arrivals` | bounded waits for copies |
//! | `person` | export and erasure of a person's data |
//! | `revocations` | each service's copy of revoked sessions |
//! | `application` | the routes of some services behind the middleware |
//! | `http`, `connection_timeouts` | the HTTP server, and timeouts of its connections |
//! | `server`, `process`, `program` | running services; a whole process; the program of one service |
//! | `startup_responder`, `startup_wait` | responses and bounded waits while a process starts |
//! | `niceness` | lower scheduling priority for background threads |
//! | `settings`, `process_settings`, `limits` | settings by flag or environment; those of every process |
//! | `engines`, `server_settings`, `server_address` | embedded engines, or MongoDB and NATS |
//! | `data_dir`, `session_key` | the data directory and its lock; the keys of sessions |
//! | `secret`, `secret_file`, `development_secrets` | secrets, their files, and those that production rejects |
//! | `telemetry`, `traces`, `metric_descriptions`, `state_metrics` | logs, spans and metrics |

pub mod application;
pub mod broadcast;
pub mod connection_timeouts;
pub mod copy_arrivals;
pub mod data_dir;
pub mod definition;
pub mod development_secrets;
pub mod engines;
pub mod http;
pub mod limits;
pub mod loops;
pub mod metric_descriptions;
pub mod migration;
mod niceness;
pub mod person;
pub mod platform;
pub mod process;
pub mod process_settings;
pub mod program;
pub mod republisher;
pub mod retention;
pub mod revocations;
pub mod secret;
pub mod secret_file;
pub mod server;
pub mod server_address;
pub mod server_settings;
pub mod service;
pub mod session_key;
pub mod settings;
pub mod startup_responder;
pub mod startup_wait;
pub mod state_metrics;
pub mod telemetry;
pub mod traces;

pub use application::Application;
pub use copy_arrivals::CopyArrivals;
pub use data_dir::DataDir;
pub use definition::{ServiceContext, ServiceDefinition, ServiceSettings};
pub use engines::Engines;
pub use loops::Loop;
pub use platform::Platform;
pub use process::Process;
pub use republisher::Republisher;
pub use retention::Retention;
pub use secret::Secret;
pub use server::{Running, ServerOptions, serve};
pub use service::{Routes, Service};
pub use session_key::{CurrentKey, KeyFile, KeyRing, SessionKey};
pub use settings::{Setting, SettingErrors, Settings};
