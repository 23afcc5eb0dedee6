//! Refunds without a request to this service: made in the provider's dashboard, or of captured
//! money that no order accepts.

use contract::{Money, RefundId, Timestamp};

use super::{Destination, Origin, Refund, Share, State};
use crate::domain::accounting::account::Account;
use crate::domain::accounting::cost_allocation::CostAllocation;
use crate::domain::order_copy::OrderCopy;
use crate::domain::payment::Payment;
use crate::domain::provider::record::RecordedRefund;
use crate::domain::provider::status::ProviderRefundStatus;
use crate::domain::refusal::Refusal;

impl Refund {
    /// Creates a refund from the provider's record; `None` if it paid no money. `order` is the copy
    /// of the paid order, `accounts` are those of its sellers.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`], and as [`CostAllocation::of`].
    pub fn at_provider(
        recorded: &RecordedRefund,
        payment: &Payment,
        (order, accounts): (Option<&OrderCopy>, &[Account]),
        now: Timestamp,
    ) -> Result<Option<Self>, Refusal> {
        let reference = Some(recorded.reference.clone());
        let state = match &recorded.status {
            ProviderRefundStatus::Unknown | ProviderRefundStatus::Failed { .. } => return Ok(None),
            ProviderRefundStatus::Pending { .. } => State::Requested { reference },
            ProviderRefundStatus::Succeeded { .. } => State::Succeeded { at: now, reference },
        };
        let CostAllocation { shares, excess } =
            CostAllocation::of(recorded.amount, payment, order, accounts)?;
        let id = RefundId::new(recorded.own_id());
        let refund = Self::to_card(id, payment, recorded.amount, recorded.made_at)?;
        Ok(Some(Self { shares, origin: Origin::Provider, excess, state, ..refund }))
    }

    /// Creates the refund of a captured amount that no order accepts. It has the payment's id, so
    /// that there is only one.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn of_returned(payment: &Payment, taken: Money, now: Timestamp) -> Result<Self, Refusal> {
        let by_house = Money::zero(taken.currency);
        let share = Share { seller: payment.buyer, by_seller: taken, by_house };
        let refund = Self::to_card(RefundId::new(payment.id.untyped()), payment, taken, now)?;
        Ok(Self { shares: vec![share], origin: Origin::Returned, ..refund })
    }

    fn to_card(
        id: RefundId,
        payment: &Payment,
        amount: Money,
        requested_at: Timestamp,
    ) -> Result<Self, Refusal> {
        let reference = payment.reference().ok_or(Refusal::NotCaptured)?;
        let to = Destination::Card { payment_reference: reference.to_owned() };
        Ok(Self::new(id, payment, amount, to, requested_at))
    }
}
