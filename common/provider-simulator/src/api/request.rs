//! A request of a client.

use contract::Timestamp;

use crate::api::params::Params;

/// The HTTP method; only `POST` changes the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Changes.
    Post,
    /// Not supported; every route of this method is unknown.
    Delete,
}

impl Method {
    /// `GET`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Delete => "DELETE",
        }
    }
}

/// One request to the API, without HTTP's own headers (API key, versions).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// `/v1/payment_intents`, without the query.
    pub path: String,
    /// The parameters of a `POST`'s body or of a `GET`'s query.
    pub params: Params,
    /// The header `Idempotency-Key`.
    pub idempotency_key: Option<String>,
}

impl Request {
    /// A request without parameters.
    #[must_use]
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), params: Params::default(), idempotency_key: None }
    }

    /// Adds a parameter, named as in a form: `payment_method_types[0]`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.set(name, value);
        self
    }

    /// Sets the idempotency key.
    #[must_use]
    pub fn keyed(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// Adds metadata.
    #[must_use]
    pub fn with_metadata(self, name: &str, value: impl Into<String>) -> Self {
        self.with(format!("metadata[{name}]"), value)
    }

    /// Creates a payment intent over an amount in Stripe's minor units, for cards only, with a
    /// separate capture.
    #[must_use]
    pub fn create_intent(amount: i64, currency: &str) -> Self {
        Self::new(Method::Post, "/v1/payment_intents")
            .with("amount", amount.to_string())
            .with("currency", currency)
            .with("capture_method", "manual")
            .with("allowed_payment_method_types[0]", "card")
    }

    /// Adds a payment method, `pm_card_visa`, and confirms at once.
    #[must_use]
    pub fn confirmed_with(self, payment_method: &str) -> Self {
        self.with("payment_method", payment_method).with("confirm", "true")
    }

    /// Confirms a payment intent with a payment method.
    #[must_use]
    pub fn confirm_intent(intent: &str, payment_method: &str) -> Self {
        Self::new(Method::Post, format!("/v1/payment_intents/{intent}/confirm"))
            .with("payment_method", payment_method)
    }

    /// Captures the authorised amount; with `amount_to_capture` a part of it.
    #[must_use]
    pub fn capture_intent(intent: &str) -> Self {
        Self::new(Method::Post, format!("/v1/payment_intents/{intent}/capture"))
    }

    /// Cancels a payment intent.
    #[must_use]
    pub fn cancel_intent(intent: &str) -> Self {
        Self::new(Method::Post, format!("/v1/payment_intents/{intent}/cancel"))
    }

    /// Reads a payment intent.
    #[must_use]
    pub fn retrieve_intent(intent: &str) -> Self {
        Self::new(Method::Get, format!("/v1/payment_intents/{intent}"))
    }

    /// Lists the payment intents created since a time, in whole seconds, newest first.
    #[must_use]
    pub fn list_intents(since: Timestamp) -> Self {
        let seconds = since.unix_ms().div_euclid(1000);
        Self::new(Method::Get, "/v1/payment_intents")
            .with("created[gte]", seconds.to_string())
            .with("limit", "100")
    }

    /// Refunds the remaining amount of a payment intent; with `amount` a part of it.
    #[must_use]
    pub fn create_refund(intent: &str) -> Self {
        Self::new(Method::Post, "/v1/refunds").with("payment_intent", intent)
    }

    /// Reads a refund.
    #[must_use]
    pub fn retrieve_refund(refund: &str) -> Self {
        Self::new(Method::Get, format!("/v1/refunds/{refund}"))
    }

    /// Lists the refunds of a payment intent, newest first.
    #[must_use]
    pub fn list_refunds(intent: &str) -> Self {
        Self::new(Method::Get, "/v1/refunds").with("payment_intent", intent).with("limit", "100")
    }
}
