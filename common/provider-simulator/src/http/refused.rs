//! Rejected requests of the control API.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::controls::control::WrongState;

/// Reason for rejecting a request.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    /// The body is not JSON of the expected type.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The body has a field that is not an option.
    #[error("unknown field {0}")]
    Unknown(String),
    /// The object is in another state.
    #[error(transparent)]
    State(#[from] WrongState),
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Json(_) | Self::Unknown(_) => StatusCode::BAD_REQUEST,
            Self::State(_) => StatusCode::CONFLICT,
        }
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).json(json!({ "error": self.to_string() }))
    }
}

/// Parses a body. An unknown field is rejected, so that a misspelt option is not ignored.
///
/// # Errors
/// The body is not JSON of this type, or has an unknown field.
pub(super) fn parse<T: DeserializeOwned + Serialize>(body: &[u8]) -> Result<T, Refused> {
    let given: Value = serde_json::from_slice(body)?;
    let read = T::deserialize(&given)?;
    let known = serde_json::to_value(&read)?;
    let mut names = given.as_object().into_iter().flat_map(|given| given.keys());
    match names.find(|name| known.get(name).is_none()) {
        Some(name) => Err(Refused::Unknown(name.clone())),
        None => Ok(read),
    }
}
