//! The simulated operations of the API, and their routes.

use serde::{Deserialize, Serialize};

use crate::api::error::ApiError;
use crate::api::request::{Method, Request};

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
    ///
    /// # Errors
    /// The route is unknown.
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
                return Err(ApiError::no_route(request.method.name(), &request.path));
            }
        })
    }
}
