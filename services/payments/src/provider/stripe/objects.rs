//! Stripe's objects, with the needed fields only. The client's own types require every field, and
//! take minutes to build.

use std::collections::HashMap;

use miniserde::Deserialize;
use stripe_shared::{ApiErrors, ApiErrorsCode};

use super::REFUND_ID;

#[derive(Deserialize)]
pub(super) struct List<T> {
    pub(super) data: Vec<T>,
    pub(super) has_more: bool,
}

#[derive(Deserialize)]
pub(super) struct Intent {
    pub(super) id: String,
    pub(super) status: String,
    pub(super) amount_capturable: i64,
    pub(super) amount_received: i64,
    /// Required by the payer's browser to complete a challenge.
    pub(super) client_secret: Option<String>,
    pub(super) last_payment_error: Option<Failure>,
    pub(super) next_action: Option<NextAction>,
}

#[derive(Deserialize)]
pub(super) struct NextAction {
    pub(super) redirect_to_url: Option<Redirect>,
}

#[derive(Deserialize)]
pub(super) struct Redirect {
    pub(super) url: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Failure {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) code: Option<String>,
    pub(super) decline_code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Refund {
    pub(super) id: String,
    pub(super) amount: i64,
    /// Seconds since 1970.
    pub(super) created: i64,
    pub(super) status: Option<String>,
    pub(super) failure_reason: Option<String>,
    pub(super) metadata: Option<HashMap<String, String>>,
}

#[derive(Deserialize)]
pub(super) struct Dispute {
    pub(super) id: String,
    pub(super) amount: i64,
    /// Seconds since 1970.
    pub(super) created: i64,
    pub(super) currency: String,
    pub(super) status: String,
}

#[derive(Deserialize)]
pub(super) struct BalanceTransaction {
    pub(super) id: String,
    /// A charge, refund or dispute with its payment intent; none for a fee or payout.
    pub(super) source: Option<Source>,
}

#[derive(Deserialize)]
pub(super) struct Source {
    pub(super) object: Option<String>,
    pub(super) payment_intent: Option<String>,
    pub(super) currency: Option<String>,
    pub(super) amount_captured: Option<i64>,
    pub(super) amount_refunded: Option<i64>,
    pub(super) disputed: Option<bool>,
    pub(super) metadata: Option<HashMap<String, String>>,
}

impl Refund {
    /// The id of a refund that was requested here.
    pub(super) fn own_id(&self) -> Option<&String> {
        self.metadata.as_ref()?.get(REFUND_ID)
    }
}

impl From<&ApiErrors> for Failure {
    fn from(error: &ApiErrors) -> Self {
        Self {
            kind: error.type_.as_str().to_owned(),
            code: error.code.as_ref().map(ApiErrorsCode::as_str).map(str::to_owned),
            decline_code: error.decline_code.clone(),
        }
    }
}
