//! Requests of a client, their operations, and their responses.

use std::collections::BTreeMap;
use std::fmt::Display;

use contract::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::error::ApiError;
use crate::ids::name_of;

/// The HTTP method; only `POST` changes the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Changes.
    Post,
    /// Not supported; every route of this method is unknown.
    Delete,
}

/// One request to the API, without HTTP's own headers (API key, versions).
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Request {
    /// The method.
    pub method: Method,
    /// `/v1/payment_intents`, without the query.
    pub path: String,
    /// The parameters of a `POST`'s body or of a `GET`'s query, by name with brackets:
    /// `metadata[order]`. Two requests with equal parameters are the same request.
    pub params: BTreeMap<String, String>,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

impl Request {
    /// A request without parameters.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), params: BTreeMap::new(), idempotency_key: None }
    }

    /// Adds the parameters of a form or a query string. The last value of a repeated name is kept;
    /// `x[]` is numbered.
    pub fn with_form(mut self, form: &str) -> Self {
        for (name, value) in form_urlencoded::parse(form.as_bytes()) {
            let name = match name.strip_suffix("[]") {
                Some(list) => {
                    let listed = format!("{list}[");
                    let count = self.params.keys().filter(|name| name.starts_with(&listed)).count();
                    format!("{listed}{count}]")
                }
                None => name.into_owned(),
            };
            self.params.insert(name, value.into_owned());
        }
        self
    }

    /// Adds a parameter, named as in a form: `expand[0]`.
    pub fn with(mut self, name: impl Into<String>, value: impl Display + Copy) -> Self {
        self.params.insert(name.into(), value.to_string());
        self
    }

    /// Sets the idempotency key.
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Adds metadata.
    pub fn with_metadata(self, name: &str, value: impl Display + Copy) -> Self {
        self.with(format!("metadata[{name}]"), value)
    }

    /// Creates a payment intent over an amount in Stripe's minor units, without payment methods that
    /// redirect, with a separate capture.
    pub fn create_intent(amount: i64, currency: &str) -> Self {
        Self::new(Method::Post, "/v1/payment_intents")
            .with("amount", amount)
            .with("currency", currency)
            .with("capture_method", "manual")
            .with("automatic_payment_methods[enabled]", true)
            .with("automatic_payment_methods[allow_redirects]", "never")
    }

    /// Adds a payment method, `pm_card_visa`, and confirms at once.
    pub fn confirmed_with(self, payment_method: &str) -> Self {
        self.with("payment_method", payment_method).with("confirm", true)
    }

    /// Reads a payment intent.
    pub fn retrieve_intent(intent: &str) -> Self {
        Self::new(Method::Get, format!("/v1/payment_intents/{intent}"))
    }
}

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `POST /v1/payment_intents`
    CreateIntent,
    /// `GET /v1/payment_intents`
    ListIntents,
    /// `GET /v1/payment_intents/{id}`
    RetrieveIntent,
    /// `POST /v1/payment_intents/{id}/confirm`
    ConfirmIntent,
    /// `POST /v1/payment_intents/{id}/capture`
    CaptureIntent,
    /// `POST /v1/payment_intents/{id}/cancel`
    CancelIntent,
    /// `POST /v1/refunds`
    CreateRefund,
    /// `GET /v1/refunds`
    ListRefunds,
    /// `GET /v1/refunds/{id}`
    RetrieveRefund,
    /// `GET /v1/disputes`
    ListDisputes,
    /// `GET /v1/balance_transactions`
    ListBalanceTransactions,
}

impl Operation {
    /// The operation of a request, and the id in its path, empty if the path has none.
    pub(crate) fn of(request: &Request) -> Result<(Self, &str), ApiError> {
        let path: Vec<&str> = request.path.split('/').skip(1).collect();
        Ok(match (request.method, path.as_slice()) {
            (Method::Post, ["v1", "payment_intents"]) => (Self::CreateIntent, ""),
            (Method::Get, ["v1", "payment_intents"]) => (Self::ListIntents, ""),
            (Method::Get, ["v1", "payment_intents", id]) => (Self::RetrieveIntent, id),
            (Method::Post, ["v1", "payment_intents", id, "confirm"]) => (Self::ConfirmIntent, id),
            (Method::Post, ["v1", "payment_intents", id, "capture"]) => (Self::CaptureIntent, id),
            (Method::Post, ["v1", "payment_intents", id, "cancel"]) => (Self::CancelIntent, id),
            (Method::Post, ["v1", "refunds"]) => (Self::CreateRefund, ""),
            (Method::Get, ["v1", "refunds"]) => (Self::ListRefunds, ""),
            (Method::Get, ["v1", "refunds", id]) => (Self::RetrieveRefund, id),
            (Method::Get, ["v1", "disputes"]) => (Self::ListDisputes, ""),
            (Method::Get, ["v1", "balance_transactions"]) => (Self::ListBalanceTransactions, ""),
            (Method::Get | Method::Post | Method::Delete, _) => {
                return Err(ApiError::no_route(&name_of(request.method), &request.path));
            }
        })
    }
}

/// A response of the API, before it is written to HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// JSON: an object of the API, or `{"error": …}`.
    pub body: String,
    /// The provider's id of the request.
    pub request_id: String,
    /// The id of the request that this response repeats; sent as `Idempotent-Replayed: true`.
    pub replay_of: Option<String>,
}

/// A delayed request, see [`FaultKind`](crate::FaultKind).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PendingId(pub(crate) u64);

/// The result of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// A response.
    Response(Response),
    /// The connection is closed without a response. The client cannot know whether the request had
    /// an effect.
    Closed,
    /// The response is available from a later time; until then the request's idempotency key is in
    /// use.
    Later {
        /// The argument of [`Provider::collect`](crate::Provider::collect).
        pending: PendingId,
        /// The time from which the response is available.
        at: Timestamp,
    },
}

impl Response {
    /// The body as JSON; null if the body is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// Whether the status is below 300.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status < 300
    }
}

impl Reply {
    /// The response, if the call returned one at once.
    #[must_use]
    pub fn response(self) -> Option<Response> {
        match self {
            Self::Response(response) => Some(response),
            Self::Closed | Self::Later { .. } => None,
        }
    }
}
