//! The refund of a sale whose show is cancelled.

use contract::{Money, RefundId, Timestamp};

use super::{Destination, Method, Origin, Refund, State};
use crate::domain::payment::State as Paid;
use crate::domain::{Account, CostAllocation, Holder, OrderCopy, Payment, Refusal};

impl Refund {
    /// Refunds an amount by the origin of the payment, or to credit. The seller bears it up to the
    /// balance, the house the rest; no units return to sale.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`], [`Refusal::UnknownOrder`], [`Refusal::Contradiction`] if more than
    /// the remainder is refunded.
    pub fn of_cancelled_show(
        id: RefundId,
        payment: &Payment,
        (amount, method): (Money, Method),
        (order, accounts): (Option<&OrderCopy>, &[Account]),
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let Paid::Captured { holder, .. } = &payment.state else {
            return Err(Refusal::NotCaptured);
        };
        let CostAllocation { shares, excess } =
            CostAllocation::of(amount, payment, order, accounts)?;
        if excess.is_some() {
            return Err(Refusal::Contradiction);
        }
        let (to, state) = match (holder, method) {
            (Holder::Provider { reference }, Method::Card) => {
                let to = Destination::Card { payment_reference: reference.clone() };
                (to, State::Requested { reference: None })
            }
            (Holder::Provider { .. }, Method::Credit) | (Holder::Ledger, _) => {
                (Destination::Credit, State::Succeeded { at: now, reference: None })
            }
        };
        let refund = Self::new(id, payment, amount, to, now);
        Ok(Self { shares, origin: Origin::ShowCancelled, state, ..refund })
    }
}
