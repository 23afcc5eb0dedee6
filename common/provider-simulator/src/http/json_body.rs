//! Request bodies of the control API. Unknown fields are rejected, so that a misspelt option is not
//! ignored.

use actix_web::HttpResponse;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Parses a body.
///
/// # Errors
/// The body is not JSON of this type, or has an unknown field.
pub(super) fn read<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, InvalidBody> {
    let given: Value = serde_json::from_slice(body).map_err(InvalidBody::Json)?;
    let read: T = T::deserialize(&given).map_err(InvalidBody::Json)?;
    let known = serde_json::to_value(&read).map_err(InvalidBody::Json)?;
    let mut names = given.as_object().into_iter().flat_map(|given| given.keys());
    match names.find(|name| known.get(name).is_none()) {
        Some(name) => Err(InvalidBody::Unknown(name.clone())),
        None => Ok(read),
    }
}

/// Reason for rejecting a body.
#[derive(Debug, thiserror::Error)]
pub(super) enum InvalidBody {
    #[error(transparent)]
    Json(serde_json::Error),
    #[error("unknown field {0}")]
    Unknown(String),
}

impl InvalidBody {
    /// Returns 400 with the reason.
    pub(super) fn response(&self) -> HttpResponse {
        HttpResponse::BadRequest().json(json!({ "error": self.to_string() }))
    }
}
