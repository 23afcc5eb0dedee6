//! The units that a refund may return to sale. Their price is refunded, or waived by an
//! administrator or the payer. Free units are returned by an administrator or with the payer's
//! consent.

use contract::Money;

use super::{Refund, RefundRequest, Requester, RequesterRole};
use crate::domain::accounting::claim::Claim;
use crate::domain::order_copy::OrderCopy;
use crate::domain::payment::Refunds;
use crate::domain::refusal::Refusal;

impl RefundRequest {
    /// Checks that the units are in the order and not returned yet; a seller may return the own
    /// units only, and free ones only with the payer's consent.
    pub(super) fn check_returns(
        &self,
        order: Option<&OrderCopy>,
        refunds: &Refunds,
    ) -> Result<(), Refusal> {
        for units in &self.returns {
            let item = order.and_then(|copy| copy.item_of(units.ticket_id));
            let item = item.ok_or(Refusal::NotInOrder)?;
            if !self.may_refund_share_of(item.seller) {
                return Err(Refusal::NotTheSeller);
            }
            if units.quantity > refunds.unclaimed_units_of(item) {
                return Err(Refusal::RefundExceeds);
            }
            let is_free = item.unit_price.minor_units == 0;
            if is_free && self.by.role() == RequesterRole::Seller && !refunds.consent.covers(units)
            {
                return Err(Refusal::FreeUnitsNotAgreed);
            }
        }
        Ok(())
    }

    /// The waived part of the returned units' price, by seller. Without a waiver by an
    /// administrator or the payer, the price must be refunded from the seller's share by this
    /// refund and others that have not failed.
    pub(super) fn waived(
        &self,
        refund: &Refund,
        order: Option<&OrderCopy>,
        refunds: &Refunds,
    ) -> Result<Vec<Claim>, Refusal> {
        let Some(order) = order.filter(|_| !self.returns.is_empty()) else { return Ok(Vec::new()) };
        let agreed = match self.by {
            Requester::Seller(_) => refunds.consent.of(&self.returns),
            Requester::Admin(_) => self.returns.clone(),
        };
        let after = refunds.clone().with(refund)?;
        let mut waived = Vec::new();
        for seller in order.sellers() {
            let missing = after.uncovered(seller, order)?;
            let may_be_waived = order.price_of(seller, &agreed)?.minor_units;
            let is_returned = order.price_of(seller, &self.returns)?.minor_units > 0;
            if !is_returned || missing <= 0 {
                continue;
            }
            if missing > may_be_waived && self.by.role() == RequesterRole::Seller {
                return Err(Refusal::UnitsNotRefunded {
                    missing: Money::new(missing, refund.amount.currency),
                });
            }
            let amount = Money::new(missing.min(may_be_waived), refund.amount.currency);
            waived.push(Claim { seller, amount });
        }
        Ok(waived)
    }
}
