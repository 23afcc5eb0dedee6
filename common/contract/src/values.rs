//! Values that cross a service boundary.

pub mod amount_rules;
pub mod backoff;
pub mod currency;
pub mod id;
pub mod money;
pub mod number;
pub mod text;
pub mod time;
