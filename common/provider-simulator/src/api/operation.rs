//! The simulated operations of the API, and their routes.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::call::Call;
use crate::api::error::ApiError;
use crate::api::request::{Method, Request};
use crate::api::{lists, payment_intents, refunds};
use crate::ids::name_of;

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
                return Err(ApiError::no_route(&name_of(request.method), &request.path));
            }
        })
    }

    /// Runs the operation.
    ///
    /// # Errors
    /// The error for the client. A failed operation may have changed the account: a declined card
    /// is recorded.
    pub(crate) fn run(self, call: &mut Call<'_>) -> Result<Value, ApiError> {
        match self {
            Self::CreateIntent => payment_intents::create_intent(call),
            Self::ListIntents => lists::list_intents(call),
            Self::RetrieveIntent => payment_intents::retrieve_intent(call),
            Self::ConfirmIntent => payment_intents::confirm_intent(call),
            Self::CaptureIntent => payment_intents::capture_intent(call),
            Self::CancelIntent => payment_intents::cancel_intent(call),
            Self::CreateRefund => refunds::create_refund(call),
            Self::ListRefunds => lists::list_refunds(call),
            Self::RetrieveRefund => refunds::retrieve_refund(call),
            Self::ListDisputes => lists::list_disputes(call),
            Self::ListBalanceTransactions => lists::list_balance_transactions(call),
        }
    }
}
