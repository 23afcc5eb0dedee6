//! The payer's consent: to credit instead of the card, and to units returned below their price.

use contract::payment::ReturnedUnits;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Payment, Purpose};
use crate::domain::accounting::shares::{remove_units, units_of};
use crate::domain::refund::{Method, RequesterRole};
use crate::domain::{OrderCopy, Refund, Refusal};

/// Consent of a payer.
// The part that no refund has used. A refund that fails later does not restore it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ConsentView)]
pub struct Consent {
    /// Whether a seller may refund a payment by card to credit, once.
    pub credit: bool,
    /// Units that a seller may return to sale for less than their price.
    // Without a refund if they were free; each ticket once.
    pub returns: Vec<ReturnedUnits>,
}

impl Consent {
    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.credit && self.returns.is_empty()
    }

    /// The units among these that the consent covers.
    pub(crate) fn of(&self, units: &[ReturnedUnits]) -> Vec<ReturnedUnits> {
        let agreed = units.iter().map(|requested| ReturnedUnits {
            quantity: requested.quantity.min(units_of(&self.returns, requested.ticket_id)),
            ..*requested
        });
        agreed.collect()
    }

    /// Whether the consent covers all of these units.
    pub(crate) fn covers(&self, units: &ReturnedUnits) -> bool {
        units.quantity <= units_of(&self.returns, units.ticket_id)
    }

    /// Subtracts the units that a refund claims, and a seller's use of the consent to credit.
    pub(super) fn use_up(&mut self, refund: &Refund) {
        let is_sellers_credit =
            refund.requested_as == RequesterRole::Seller && refund.method() == Method::Credit;
        if is_sellers_credit && refund.amount.minor_units > 0 {
            self.credit = false;
        }
        remove_units(&mut self.returns, &refund.returns);
        self.returns.retain(|known| known.quantity > 0);
    }
}

impl Payment {
    /// Replaces the payer's consent.
    ///
    /// # Errors
    /// [`Refusal::NotCaptured`]; [`Refusal::NotToCredit`] for a top-up; [`Refusal::NotInOrder`] and
    /// [`Refusal::RefundExceeds`] for units.
    pub fn agree(&self, consent: Consent, order: Option<&OrderCopy>) -> Result<Self, Refusal> {
        let refunds = self.refunds().ok_or(Refusal::NotCaptured)?;
        if consent.credit && self.purpose == Purpose::TopUp {
            return Err(Refusal::NotToCredit);
        }
        for units in &consent.returns {
            let item = order.and_then(|copy| copy.item_of(units.ticket_id));
            let item = item.ok_or(Refusal::NotInOrder)?;
            if units.quantity > refunds.unclaimed_units_of(item) {
                return Err(Refusal::RefundExceeds);
            }
        }
        self.with_refunds(|refunds| {
            refunds.consent = consent;
            Ok(())
        })
    }
}
