//! Routes of every process, and the OpenAPI document.

pub mod health;
pub mod metrics_json;
pub mod openapi;
