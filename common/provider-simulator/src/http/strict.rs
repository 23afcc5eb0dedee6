//! Bodies of knobs, read strictly: what is not known is refused, so that a misspelt knob does not turn another one.

use actix_web::HttpResponse;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Reads a body.
///
/// # Errors
/// The reason why it cannot be.
pub(super) fn read<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, Misread> {
    let given: Value = serde_json::from_slice(body).map_err(Misread::Json)?;
    let read: T = T::deserialize(&given).map_err(Misread::Json)?;
    let known = serde_json::to_value(&read).map_err(Misread::Json)?;
    let mut names = given.as_object().into_iter().flat_map(|given| given.keys());
    match names.find(|name| known.get(name).is_none()) {
        Some(name) => Err(Misread::Unknown(name.clone())),
        None => Ok(read),
    }
}

/// Why a body cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Misread {
    #[error("{0}")]
    Json(serde_json::Error),
    #[error("unknown field {0}")]
    Unknown(String),
}

impl Misread {
    /// 400 with the reason.
    pub(super) fn answer(&self) -> HttpResponse {
        HttpResponse::BadRequest().json(json!({ "error": self.to_string() }))
    }
}
