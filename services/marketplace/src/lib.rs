//! Every service in one program: all of them in one process, on embedded engines or on MongoDB and
//! NATS, or one of them on the servers.
//!
//! | module | holds |
//! |---|---|
//! | `settings` | every setting, by flag or environment variable |
//! | `engines` | the engines that the settings name, for operators |
//! | `services` | the list of services |
//! | `compose` | all services on one bus, each on its own store |
//! | `commands` | `serve` (the default), one service, `openapi`, and what operators do |

pub mod commands;
pub mod compose;
pub mod engines;
pub mod services;
pub mod settings;

pub use commands::run;
pub use compose::compose;
pub use settings::MarketplaceSettings;
