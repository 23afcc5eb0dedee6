//! The responses that the contract allows.

use contract::Id;

use super::request::Request;
use crate::reply::Reply;

impl Request {
    /// Whether the contract allows this response. `also` lists problem codes that the circumstances
    /// of the request allow in addition.
    pub fn allows(&self, reply: &Reply, also: &[&str]) -> bool {
        let (success, refusals): (u16, &[&str]) = match self {
            Self::SignUp(..) | Self::Offer(..) | Self::TopUp(..) => (201, &[]),
            Self::Edit(..) => (200, &["reserved"]),
            Self::Withdraw(..) => (204, &["reserved"]),
            Self::Order(..) => (201, &["sold_out", "not_offered", "not_found"]),
            Self::Pay(..) | Self::PayByCredit(..) => (
                201,
                &[
                    "order_cancelled",
                    "order_expired",
                    "order_complete",
                    "payment_in_progress",
                    "not_found",
                ],
            ),
            Self::Refund(..) => (
                201,
                &[
                    "refund_exceeds",
                    "insufficient_credit",
                    "units_not_refunded",
                    "payer_must_agree",
                ],
            ),
            Self::Agree(..) => (200, &["refund_exceeds"]),
            Self::Cancel(..) => (204, &["order_complete"]),
            Self::TakeDown(..) | Self::Erase { .. } | Self::Ban(..) | Self::Unban(..) => (204, &[]),
            Self::SignIn(..)
            | Self::SignOut
            | Self::Renew
            | Self::ReadOrder(..)
            | Self::ReadTicket(..)
            | Self::ReadPayment(..)
            | Self::ListOrders
            | Self::Export => (200, &[]),
            Self::Forge => (400, &[]),
        };
        let code = reply.text("code");
        let code = code.as_str();
        let is_success = reply.status == success
            && match self {
                Self::Pay(_, card) | Self::TopUp(_, card) => card.may_succeed(),
                Self::Forge => code == "bad_signature",
                _ => true,
            }
            && (success != 201 || reply.id::<Id>().is_some());
        let is_refusal = refusals.contains(&code) || also.contains(&code);
        is_success || is_refusal && (reply.status == 402) == (code == "payment_declined")
    }
}
