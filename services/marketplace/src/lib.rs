//! Every service in one program: all of them in one process, on embedded engines or on MongoDB and
//! NATS, or one of them on the servers.

pub mod commands;
pub mod compose;
pub mod engines;
pub mod services;
pub mod settings;

pub use commands::run;
pub use compose::compose;
pub use settings::MarketplaceSettings;
