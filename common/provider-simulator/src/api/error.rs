//! Errors in the form of the API.

use serde_json::{Map, Value, json};

use crate::state::card::Decline;

const INVALID_REQUEST: &str = "invalid_request_error";

#[derive(Debug, Clone)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    /// Whether the error is stored under the request's idempotency key: the request began, and
    /// ended with this error.
    pub(crate) is_recorded: bool,
    fields: Map<String, Value>,
}

impl ApiError {
    fn new(error_type: &str, code: Option<&str>, message: impl Into<String>) -> Self {
        let error = Self { status: 400, is_recorded: false, fields: Map::new() };
        let error = error.with("type", error_type).with("message", message.into());
        let Some(code) = code else { return error };
        let page = format!("https://docs.stripe.com/error-codes#{}", code.replace('_', "-"));
        error.with("code", code).with("doc_url", page)
    }

    fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// A wrong parameter for which the API has no error code.
    pub(crate) fn invalid(param: &str, message: impl Into<String>) -> Self {
        Self::new(INVALID_REQUEST, None, message).with("param", param)
    }

    pub(crate) fn parameter(code: &str, param: &str, message: impl Into<String>) -> Self {
        Self::new(INVALID_REQUEST, Some(code), message).with("param", param)
    }

    pub(crate) fn missing_parameter(name: &str) -> Self {
        Self::parameter("parameter_missing", name, format!("Missing required param: {name}."))
    }

    /// The object does not exist; 404 if its id is in the path.
    pub(crate) fn missing(what: &str, id: &str, param: &str) -> Self {
        let message = format!("No such {what}: '{id}'");
        let status = if param == "intent" || param == "id" { 404 } else { 400 };
        Self { status, ..Self::parameter("resource_missing", param, message) }
    }

    pub(crate) fn no_route(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        Self { status: 404, ..Self::new(INVALID_REQUEST, None, message) }
    }

    /// The payment intent's state does not permit the operation.
    pub(crate) fn unexpected_state(message: impl Into<String>, intent: Value) -> Self {
        let error = Self::new(INVALID_REQUEST, Some("payment_intent_unexpected_state"), message);
        Self { is_recorded: true, ..error }.with("payment_intent", intent)
    }

    /// The object's amounts do not permit the operation.
    pub(crate) fn refused(code: Option<&str>, param: &str, message: String) -> Self {
        let error = Self::new(INVALID_REQUEST, code, message).with("param", param);
        Self { is_recorded: true, ..error }
    }

    pub(crate) fn declined(decline: &Decline, charge: &str, intent: Value, method: Value) -> Self {
        let error = Self::new("card_error", Some(decline.code), decline.message);
        let mut error = Self { status: 402, is_recorded: true, ..error };
        if let Some(reason) = decline.reason {
            error = error.with("decline_code", reason);
        }
        error.with("charge", charge).with("payment_intent", intent).with("payment_method", method)
    }

    pub(crate) fn key_of_another_request(message: impl Into<String>) -> Self {
        Self::new("idempotency_error", None, message)
    }

    pub(crate) fn key_in_use(key: &str) -> Self {
        let message = format!("Another request with the idempotency key '{key}' is in progress.");
        let error = Self::new(INVALID_REQUEST, Some("idempotency_key_in_use"), message);
        Self { status: 409, ..error }
    }

    /// A failure of the provider itself.
    pub(crate) fn trouble(status: u16) -> Self {
        let error = if status == 429 {
            let message = "Too many requests have hit the API too quickly.";
            Self::new(INVALID_REQUEST, Some("rate_limit"), message)
        } else {
            Self::new("api_error", None, "An error occurred in the provider (a planned fault).")
        };
        Self { status, is_recorded: true, ..error }
    }

    /// The API key is missing, or is not one of a test account.
    pub(crate) fn unauthorized(message: &str) -> Self {
        Self { status: 401, ..Self::new(INVALID_REQUEST, None, message) }
    }

    pub(crate) fn body(&self) -> String {
        json!({ "error": self.fields }).to_string()
    }
}
