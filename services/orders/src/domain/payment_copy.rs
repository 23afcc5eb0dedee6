//! Copies of an order's payments, for its buyer. No decision depends on them.

use contract::payment::{PaymentState, PaymentStatus, RefundSummary};
use contract::{Money, PaymentId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Maximum number of copies of one order: more attempts than its deadline permits. Above it the
/// oldest copy without a charge is removed.
const PAYMENT_COPIES_MAX: usize = 20;

/// Copy of a payment of the order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PaymentCopy {
    /// The payment.
    pub id: PaymentId,
    /// Copied version.
    pub version: u64,
    /// State of the payment.
    pub status: PaymentCopyStatus,
    /// The amount.
    pub amount: Money,
    /// The amount refunded so far; `None` before the first refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refunded: Option<Money>,
    /// Successful refunds, oldest first; payments limits their number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refunds: Vec<RefundSummary>,
}

/// State of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentStanding)]
pub enum PaymentCopyStatus {
    /// The provider has not decided yet.
    Started,
    /// The money is reserved.
    Authorized,
    /// The money was charged.
    Captured,
    /// The reserved money was released.
    Voided,
    /// The provider declined.
    Declined,
}

impl From<&PaymentState> for PaymentCopy {
    fn from(payment: &PaymentState) -> Self {
        Self {
            id: payment.id,
            version: payment.version,
            status: match payment.status {
                PaymentStatus::Started => PaymentCopyStatus::Started,
                PaymentStatus::Authorized { .. } => PaymentCopyStatus::Authorized,
                PaymentStatus::Captured => PaymentCopyStatus::Captured,
                PaymentStatus::Voided => PaymentCopyStatus::Voided,
                PaymentStatus::Declined { .. } => PaymentCopyStatus::Declined,
            },
            amount: payment.amount,
            refunded: payment.refunded,
            refunds: payment.refunds.clone(),
        }
    }
}

impl PaymentCopyStatus {
    const fn moved_no_money(self) -> bool {
        match self {
            Self::Voided | Self::Declined => true,
            Self::Started | Self::Authorized | Self::Captured => false,
        }
    }
}

/// Copies a payment: the newest version wins, in any order of arrival. Returns whether the copy is
/// new.
pub(super) fn follow(copies: &mut Vec<PaymentCopy>, payment: &PaymentState) -> bool {
    let copy = PaymentCopy::from(payment);
    if let Some(known) = copies.iter_mut().find(|known| known.id == copy.id) {
        let is_newer = known.version < copy.version;
        if is_newer {
            *known = copy;
        }
        return is_newer;
    }
    if copies.len() >= PAYMENT_COPIES_MAX {
        let Some(least) = copies.iter().position(|known| known.status.moved_no_money()) else {
            return false;
        };
        copies.remove(least);
    }
    copies.push(copy);
    true
}

#[cfg(test)]
mod tests {
    use contract::{Currency, Id, Timestamp};

    use super::*;

    fn payment(number: u8, version: u64, status: PaymentStatus) -> PaymentState {
        PaymentState {
            id: Id::from_bytes([number; 12]).into(),
            version,
            order_id: Id::from_bytes([200; 12]).into(),
            buyer: Id::from_bytes([201; 12]).into(),
            amount: Money::new(500, Currency::USD),
            status,
            started_at: Timestamp::from_unix_ms(1),
            refunded: None,
            returned: Vec::new(),
            refunds: Vec::new(),
        }
    }

    #[test]
    fn the_newest_version_of_each_payment_is_kept_in_any_order_of_arrival() {
        let versions = [
            payment(1, 1, PaymentStatus::Started),
            payment(1, 3, PaymentStatus::Captured),
            payment(2, 1, PaymentStatus::Started),
        ];
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        for order in orders {
            let mut copies = Vec::new();
            for at in order.into_iter().chain(order) {
                follow(&mut copies, &versions[at]);
            }
            copies.sort_by_key(|copy| copy.id);
            assert_eq!(copies, [1, 2].map(|at| PaymentCopy::from(&versions[at])), "{order:?}");
            assert!(!follow(&mut copies, &versions[1]));
        }
    }

    #[test]
    fn copies_are_bounded_and_those_with_a_charge_remain() {
        let declined = || PaymentStatus::Declined { reason: String::new() };
        let mut copies = Vec::new();
        follow(&mut copies, &payment(1, 1, PaymentStatus::Captured));
        for number in 2..=100 {
            assert!(follow(&mut copies, &payment(number, 1, declined())));
        }
        assert_eq!(copies.len(), PAYMENT_COPIES_MAX);
        assert_eq!(copies.first().map(|copy| copy.status), Some(PaymentCopyStatus::Captured));
        let mut full: Vec<_> = (1..=20).map(|n| payment(n, 1, PaymentStatus::Captured)).collect();
        let mut copies = full.iter().map(PaymentCopy::from).collect();
        assert!(!follow(&mut copies, &payment(50, 1, declined())));
        full[0].version = 2;
        assert!(follow(&mut copies, &full[0]));
    }
}
