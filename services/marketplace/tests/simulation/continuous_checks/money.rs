//! Money, after every commit of payments and every movement at the provider: each movement belongs
//! to a payment that payments has stored, a capture needs a complete order, and money is refunded
//! once and only for a refund.

use std::collections::{BTreeMap, BTreeSet};

use contract::order::OrderStatus;
use contract::{OrderId, PaymentId, RefundId, UserId};
use payments::Payment;
use payments::domain::refund::State as Refunded;
use payments::domain::{Dispute, DisputeState, Holder, Refund, State};
use provider_simulator::{Entry, EntryKind};
use store::batch::Batch;
use testing::checker::Rule;

use super::{ContinuousChecks, each};
use crate::provider::{payment_of, refund_of};

/// The subject of a movement at the provider: payment, refund or dispute, and kind. Each occurs at
/// most once.
pub(super) type Movement = (PaymentId, Option<String>, EntryKind);

impl ContinuousChecks {
    pub(super) fn payments_committed(&mut self, batch: &Batch) {
        each(batch, |payment: Payment| {
            let known = self.payments.insert(payment.id, payment.clone());
            self.coverage.payment(known.as_ref().map(|known| &known.state), &payment.state);
            if let State::Captured { holder: Holder::Ledger, .. } = payment.state
                && let Some(order_id) = payment.order_id()
            {
                self.expect_accepted(payment.id, order_id);
            }
        });
        each(batch, |refund: Refund| {
            let known = self.refunds.insert(refund.id, refund.clone());
            self.coverage.refund(known.as_ref().map(|known| &known.state), &refund.state);
        });
        each(batch, |dispute: Dispute| {
            self.disputes.insert(dispute.id, dispute);
        });
        let mut touched = BTreeSet::new();
        each(batch, |refund: Refund| _ = touched.insert(refund.payment_id));
        for payment in touched {
            self.expect_units_refunded(payment);
        }
        self.books_committed(batch);
    }

    /// Checks a movement of money at the provider.
    pub(crate) fn moved(&mut self, entry: &Entry) {
        let Some(id) = payment_of(&entry.metadata) else {
            let line = format!("{:?} of {} is for no payment", entry.kind, entry.intent);
            return self.note(Rule::OneEffect, line);
        };
        let own = refund_of(entry).map(|id| id.to_string());
        let subject = own.or(entry.refund.clone()).or(entry.dispute.clone());
        let times = self.movements.entry((id, subject, entry.kind)).or_default();
        *times += 1;
        let is_once = *times == 1;
        self.expect(is_once, Rule::Money, || format!("payment {id}: {:?} twice", entry.kind));
        let Some(payment) = self.payments.get(&id) else {
            let line = format!("money of payment {id} moves, but payments never stored it");
            return self.note(Rule::OneEffect, line);
        };
        // Actions at the provider have no request here.
        let is_own = !entry.is_foreign;
        match (entry.kind, payment.order_id()) {
            (EntryKind::Captured, Some(order_id)) if is_own => self.expect_accepted(id, order_id),
            (EntryKind::Refunded | EntryKind::Returned, _) if refund_of(entry).is_some() => {
                self.expect_refund(id, entry);
            }
            (EntryKind::Refunded, _) => {
                self.expect(!is_own, Rule::OneEffect, || {
                    format!("payment {id}: {} are given back for no refund", entry.amount)
                });
            }
            (
                EntryKind::Captured
                | EntryKind::Authorized
                | EntryKind::Released
                | EntryKind::Returned
                | EntryKind::Withdrawn
                | EntryKind::Reinstated,
                _,
            ) => {}
        }
    }

    fn expect_accepted(&mut self, id: PaymentId, order_id: OrderId) {
        let status = self.orders.get(&order_id).map(|order| order.state.status);
        let is_accepted =
            matches!(status, Some(OrderStatus::Complete { payment_id }) if payment_id == Some(id));
        self.expect(is_accepted, Rule::NothingForNothing, || {
            format!("payment {id} is captured, and its order {order_id} is {status:?}")
        });
    }

    fn expect_refund(&mut self, payment_id: PaymentId, entry: &Entry) {
        let refund = refund_of(entry).and_then(|id| self.refunds.get(&id));
        let is_requested = refund.is_some_and(|refund| {
            refund.payment_id == payment_id && refund.amount.minor_units == entry.amount
        });
        self.expect(is_requested, Rule::OneEffect, || {
            format!("payment {payment_id}: {:?} {}, for no refund", entry.kind, entry.amount)
        });
    }

    /// The price of units that return to sale is refunded from their seller's share, or waived.
    fn expect_units_refunded(&mut self, payment_id: PaymentId) {
        let mut left: BTreeMap<UserId, i64> = BTreeMap::new();
        for refund in self.refunds.values().filter(|refund| refund.payment_id == payment_id) {
            let order = refund.order_id.and_then(|id| self.orders.get(&id));
            let has_failed = matches!(
                refund.state,
                Refunded::Failed { paid_at: None, .. } | Refunded::Credited { paid_at: None, .. }
            );
            for units in refund.returns.iter().filter(|_| !has_failed) {
                let items = order.iter().flat_map(|order| &order.state.items);
                for item in items.filter(|item| item.ticket_id == units.ticket_id) {
                    let price = item.unit_price.minor_units * i64::from(units.quantity);
                    *left.entry(item.seller).or_default() -= price;
                }
            }
            for waived in refund.waived.iter().filter(|_| !has_failed) {
                *left.entry(waived.seller).or_default() += waived.amount.minor_units;
            }
            let is_given = !matches!(refund.state, Refunded::Failed { .. });
            for share in refund.given_shares().iter().filter(|_| is_given) {
                *left.entry(share.seller).or_default() += share.amount().minor_units;
            }
        }
        // Money that the payer keeps after a lost dispute counts as refunded.
        let of_payment = self.disputes.values().filter(|it| it.payment_id == payment_id);
        for dispute in of_payment.filter(|it| matches!(it.state, DisputeState::Lost { .. })) {
            for share in &dispute.allocation.shares {
                *left.entry(share.seller).or_default() += share.amount().minor_units;
            }
        }
        for (seller, left) in left {
            self.expect(left >= 0, Rule::UnitsRefunded, || {
                format!(
                    "payment {payment_id}: {} of seller {seller}'s units are not refunded",
                    -left
                )
            });
        }
    }

    /// Whether orders has put the units of a refund on sale again.
    pub(crate) fn are_units_on_sale(&self, id: RefundId) -> bool {
        let Some(refund) = self.refunds.get(&id) else { return false };
        let order = refund.order_id.and_then(|id| self.orders.get(&id));
        refund.returns.iter().all(|units| {
            let mut items = order.iter().flat_map(|order| &order.state.items);
            items.any(|item| item.ticket_id == units.ticket_id && item.returned >= units.quantity)
        })
    }

    /// The number of refunds of a payment that a seller has requested.
    pub(crate) fn refunds_of(&self, payment_id: PaymentId, seller: UserId) -> usize {
        let is_of_both =
            |refund: &&Refund| refund.payment_id == payment_id && refund.requested_by == seller;
        self.refunds.values().filter(is_of_both).count()
    }

    /// Whether the money of a payment was captured, at the provider or from credit, as for every
    /// acknowledged payment.
    pub(crate) fn has_captured(&self, id: PaymentId) -> bool {
        let is_by_credit = self.payments.get(&id).is_some_and(|payment| {
            matches!(payment.state, State::Captured { holder: Holder::Ledger, .. })
        });
        is_by_credit || self.movements.contains_key(&(id, None, EntryKind::Captured))
    }

    /// Whether a refund was paid, as every acknowledged refund must be.
    pub(crate) fn has_refunded(&self, id: RefundId) -> bool {
        self.refunds.get(&id).is_some_and(|refund| match &refund.state {
            Refunded::Succeeded { .. }
            | Refunded::Credited { .. }
            | Refunded::Failed { paid_at: Some(_), .. } => true,
            Refunded::Requested { .. } | Refunded::Failed { paid_at: None, .. } => false,
        })
    }

    /// The state of each payment.
    pub(crate) fn payment_ends(&self) -> impl Iterator<Item = &'static str> {
        self.payments.values().map(|payment| super::coverage::payment_state(&payment.state))
    }

    /// The state of each refund.
    pub(crate) fn refund_ends(&self) -> impl Iterator<Item = &'static str> {
        self.refunds.values().map(|refund| super::coverage::refund_state(&refund.state))
    }
}
