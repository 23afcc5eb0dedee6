//! Refunds without a request to this service: made in the provider's dashboard, or of captured
//! money that no order accepts.

use contract::{Money, RefundId, Timestamp};

use super::{Destination, Origin, Refund, RequesterRole, Share, State};
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
        let refund = Self::by_itself(payment, recorded.amount, Origin::Provider)?;
        let (id, requested_at) = (RefundId::new(recorded.own_id()), recorded.made_at);
        Ok(Some(Self { id, shares, requested_at, excess, state, ..refund }))
    }

    /// Creates the refund of a captured amount that no order accepts. It has the payment's id, so
    /// that there is only one.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]
    pub fn of_returned(payment: &Payment, taken: Money, now: Timestamp) -> Result<Self, Refusal> {
        let by_house = Money::zero(taken.currency);
        let share = Share { seller: payment.buyer, by_seller: taken, by_house };
        let refund = Self::by_itself(payment, taken, Origin::Returned)?;
        Ok(Self { requested_at: now, shares: vec![share], ..refund })
    }

    fn by_itself(payment: &Payment, amount: Money, origin: Origin) -> Result<Self, Refusal> {
        let reference = payment.reference().ok_or(Refusal::NotCaptured)?;
        Ok(Self {
            id: RefundId::new(payment.id.untyped()),
            version: 1,
            payment_id: payment.id,
            order_id: payment.order_id(),
            payer: payment.buyer,
            amount,
            to: Destination::Card { payment_reference: reference.to_owned() },
            shares: Vec::new(),
            returns: Vec::new(),
            waived: Vec::new(),
            requested_by: payment.buyer,
            requested_as: RequesterRole::default(),
            requested_at: payment.started_at,
            has_news: false,
            origin,
            excess: None,
            state: State::Requested { reference: None },
        })
    }
}
