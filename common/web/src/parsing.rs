//! Strict parsing of requests.

pub mod body;
pub(crate) mod canonical;
pub mod file_body;
pub(crate) mod media_type;
pub mod nested;
pub mod params;
pub mod path;
pub(crate) mod preferred_language;

pub mod table_format;
