//! Refusals of other services.

use serde::Deserialize;

/// A refusal of another service, as its problem body states it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) detail: String,
    #[serde(default)]
    pub(crate) errors: Vec<FieldError>,
    /// Seconds until a repeat may succeed.
    #[serde(skip)]
    pub(crate) retry_after: Option<u32>,
}

impl Problem {
    /// Whether an error is about this field.
    pub(crate) fn concerns(&self, field: &str) -> bool {
        self.errors.iter().any(|error| error.field.as_deref() == Some(field))
    }
}

/// A violated rule, and the field that it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct FieldError {
    #[serde(default)]
    pub(crate) field: Option<String>,
    pub(crate) message: String,
}
