//! A process: settings, telemetry, start, background loops and stop; and [`Service`], the value of
//! every service.
//!
//! | module | subject |
//! |---|---|
//! | `platform`, `service`, `definition` | the engines of a service; the service; its definition for programs |
//! | `person` | export and erasure of a person's data |
//! | `background::loops`, `broadcast` | background loops; a subscription of every replica |
//! | `background::retention`, `migration`, `republisher` | deletion of old documents, one-time changes, repair of copies |
//! | `background::waiters`, `copy_arrivals` | bounded waits of requests, by key; those for copies |
//! | `configuration::settings`, `process_settings`, `limits` | settings by flag or environment; those of every process |
//! | `configuration::server_settings`, `server_address` | settings of MongoDB and NATS |
//! | `configuration::secret_file`, `development_secrets` | files of secrets, and secrets that production rejects |
//! | `http_server::application` | the routes of some services behind the middleware |
//! | `http_server::http`, `connection_timeouts` | the HTTP server, and timeouts of its connections |
//! | `lifecycle::server`, `process`, `program` | running services; a whole process; the program of one service |
//! | `lifecycle::engines`, `data_dir` | embedded engines, or MongoDB and NATS; the data directory and its lock |
//! | `lifecycle::startup_responder`, `startup_wait` | responses and bounded waits while a process starts |
//! | `lifecycle::niceness` | lower scheduling priority for background threads |
//! | `observability::telemetry`, `traces`, `metric_descriptions`, `state_metrics` | logs, spans and metrics |
//! | `sessions::session_key`, `revocations` | the keys of sessions; each service's copy of revoked sessions |

pub mod background;
pub mod configuration;
pub mod definition;
pub mod http_server;
pub mod lifecycle;
pub mod observability;
pub mod person;
pub mod platform;
pub mod service;
pub mod sessions;

pub use background::copy_arrivals::CopyArrivals;
pub use background::loops::Loop;
pub use background::republisher::Republisher;
pub use background::retention::Retention;
pub use background::waiters::Waiters;
pub use background::{broadcast, copy_arrivals, loops, migration, republisher, retention};
pub use configuration::settings::{Mode, SettingErrors, Settings};
pub use configuration::{
    development_secrets, limits, process_settings, secret_file, server_address, server_settings,
    settings,
};
pub use definition::{ServiceContext, ServiceDefinition, ServiceSettings};
pub use http_server::application::Application;
pub use http_server::{application, connection_timeouts, http};
pub use lifecycle::data_dir::DataDir;
pub use lifecycle::engines::Engines;
pub use lifecycle::process::Process;
pub use lifecycle::server::{Running, ServerOptions, serve};
pub use lifecycle::{data_dir, engines, process, program, server, startup_responder, startup_wait};
pub use observability::{metric_descriptions, state_metrics, telemetry, traces};
pub use platform::Platform;
pub use service::{Routes, Service};
pub use sessions::session_key::{CurrentKey, KeyFile, KeyRing, SessionKey};
pub use sessions::{revocations, session_key};
