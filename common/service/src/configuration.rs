//! Settings of a process, and secrets.

pub mod development_secrets;
pub mod limits;
pub mod process_settings;
pub mod server_address;
pub mod server_settings;
pub mod settings;
pub mod switch;
