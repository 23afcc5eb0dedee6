//! A process: settings, telemetry, start, loops, stop; and [`Service`], the value of every service.

pub mod background;
pub mod configuration;
pub mod definition;
pub mod http_server;
pub mod lifecycle;
pub mod observability;
pub mod person;
pub mod searches;
pub mod service;
pub mod sessions;

pub use background::copy_arrivals::CopyArrivals;
pub use background::loops::Loop;
pub use background::republisher::Republisher;
pub use background::waiters::Waiters;
pub use background::{copy_arrivals, loops, migration, republisher, retention};
pub use configuration::settings::{Mode, SettingErrors, Settings};
pub use configuration::{
    development_secrets, limits, process_settings, server_address, server_settings, settings,
    switch,
};
pub use definition::{ServiceContext, ServiceDefinition, ServiceSettings};
pub use http_server::application::Application;
pub use http_server::{application, connection_timeouts, http};
pub use lifecycle::data_dir::DataDir;
pub use lifecycle::engines::{Engines, Platform};
pub use lifecycle::process::Process;
pub use lifecycle::server::{Running, ServerOptions, serve};
pub use lifecycle::{data_dir, engines, process, program, server, startup_responder, startup_wait};
pub use observability::{metric_descriptions, telemetry, traces};
pub use searches::Searches;
pub use service::{Routes, Service};
pub use sessions::session_key::{CurrentKey, KeyFile, KeyRing, SessionKey};
pub use sessions::{revocations, session_key};
