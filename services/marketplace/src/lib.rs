//! The five services in one process: on embedded engines, with no server and no configuration, or on MongoDB and NATS.
//!
//! | module | holds |
//! |---|---|
//! | `settings` | every setting, by flag or environment variable |
//! | `engines` | the engines that the settings name, for operators |
//! | `compose` | the five services on one bus, each on its own store |
//! | `commands` | `serve` (the default), `openapi`, and what operators do |

pub mod commands;
pub mod compose;
pub mod engines;
pub mod settings;

pub use commands::run;
pub use compose::{Composed, compose};
pub use settings::MarketplaceSettings;
