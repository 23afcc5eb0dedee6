//! The five services in one process, on embedded engines: no server, no configuration.
//!
//! | module | holds |
//! |---|---|
//! | `settings` | every setting, by flag or environment variable |
//! | `compose` | the five services on one bus, each on its own store |
//! | `commands` | `serve` (the default), `openapi`, `grant-admin` |

pub mod commands;
pub mod compose;
pub mod settings;

pub use commands::run;
pub use compose::{Composed, compose};
pub use settings::MarketplaceSettings;
