//! Money, after every commit of payments and every movement at the provider: each movement belongs
//! to a payment that payments has stored, a capture needs a complete order, money is refunded once
//! and only for a refund, the price of returned units is refunded or waived, and the books balance.

use std::collections::BTreeSet;

use contract::{OrderId, PaymentId, RefundId, UserId};
use invariants::books::check_posted;
use invariants::money::accepts;
use invariants::refunds::{Claims, has_reached_payer};
use invariants::{Rule, units};
use payments::Payment;
use payments::domain::{Account, Dispute, Entry, Holder, Refund, State};
use provider_simulator::{Entry as Moved, EntryKind};
use store::batch::Batch;

use super::coverage::{payment_state, refund_state, visit};
use super::{ContinuousChecks, each};
use crate::provider::{payment_of, refund_of};

/// The subject of a movement at the provider: payment, refund or dispute, and kind. Each occurs at
/// most once.
pub(super) type Movement = (PaymentId, Option<String>, EntryKind);

impl ContinuousChecks {
    pub(super) fn payments_committed(&mut self, batch: &Batch) {
        each(batch, |payment: Payment| {
            let known = self.payments.insert(payment.id, payment.clone());
            let known = known.map(|known| payment_state(&known.state));
            visit(&mut self.coverage, "payment", known, payment_state(&payment.state));
            if let State::Captured { holder: Holder::Ledger, .. } = payment.state
                && let Some(order_id) = payment.order_id()
            {
                self.expect_accepted(payment.id, order_id);
            }
        });
        each(batch, |refund: Refund| {
            let known = self.refunds.insert(refund.id, refund.clone());
            let known = known.map(|known| refund_state(&known.state));
            visit(&mut self.coverage, "refund", known, refund_state(&refund.state));
        });
        each(batch, |dispute: Dispute| {
            self.disputes.insert(dispute.id, dispute);
        });
        let mut touched = BTreeSet::new();
        each(batch, |refund: Refund| _ = touched.insert(refund.payment_id));
        for payment in touched {
            self.expect_units_refunded(payment);
        }
        let mut is_posted = false;
        each(batch, |account: Account| {
            is_posted = true;
            self.accounts.insert(account.user, account);
        });
        each(batch, |entry: Entry| {
            is_posted = true;
            self.entries.push(entry);
        });
        if is_posted {
            check_posted(&self.entries, self.accounts.values(), &mut self.findings);
        }
    }

    /// Checks a movement of money at the provider.
    pub(crate) fn moved(&mut self, entry: &Moved) {
        let Some(id) = payment_of(&entry.metadata) else {
            let line = format!("{:?} of {} is for no payment", entry.kind, entry.intent);
            return self.findings.note(Rule::OneEffect, line);
        };
        let own = refund_of(entry).map(|id| id.to_string());
        let subject = own.or(entry.refund.clone()).or(entry.dispute.clone());
        let times = self.movements.entry((id, subject, entry.kind)).or_default();
        *times += 1;
        let is_once = *times == 1;
        self.findings
            .expect(is_once, Rule::Money, || format!("payment {id}: {:?} twice", entry.kind));
        let Some(payment) = self.payments.get(&id) else {
            let line = format!("money of payment {id} moves, but payments never stored it");
            return self.findings.note(Rule::OneEffect, line);
        };
        // Actions at the provider have no request here.
        let is_own = !entry.is_foreign;
        match (entry.kind, payment.order_id()) {
            (EntryKind::Captured, Some(order_id)) if is_own => self.expect_accepted(id, order_id),
            (EntryKind::Refunded | EntryKind::Returned, _) if refund_of(entry).is_some() => {
                self.expect_refund(id, entry);
            }
            (EntryKind::Refunded, _) => {
                self.findings.expect(!is_own, Rule::OneEffect, || {
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
        let order = self.orders.get(&order_id).map(|order| &order.state);
        let is_accepted = order.is_some_and(|order| accepts(order, id));
        self.findings.expect(is_accepted, Rule::NothingForNothing, || {
            let status = order.map(|order| order.status);
            format!("payment {id} is captured, and its order {order_id} is {status:?}")
        });
    }

    fn expect_refund(&mut self, payment_id: PaymentId, entry: &Moved) {
        let refund = refund_of(entry).and_then(|id| self.refunds.get(&id));
        let is_requested = refund.is_some_and(|refund| {
            refund.payment_id == payment_id && refund.amount.minor_units == entry.amount
        });
        self.findings.expect(is_requested, Rule::OneEffect, || {
            format!("payment {payment_id}: {:?} {}, for no refund", entry.kind, entry.amount)
        });
    }

    fn expect_units_refunded(&mut self, payment: PaymentId) {
        let refunds = self.refunds.values().filter(|refund| refund.payment_id == payment);
        let disputes = self.disputes.values().filter(|dispute| dispute.payment_id == payment);
        let claims = Claims { refunds: refunds.collect(), disputes: disputes.collect() };
        let order = claims.refunds.iter().find_map(|refund| self.orders.get(&refund.order_id?));
        if let Some(order) = order {
            units::check(&order.state, &claims, &mut self.findings);
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
        self.refunds.get(&id).is_some_and(has_reached_payer)
    }

    /// The state of each payment.
    pub(crate) fn payment_ends(&self) -> impl Iterator<Item = &'static str> {
        self.payments.values().map(|payment| payment_state(&payment.state))
    }

    /// The state of each refund.
    pub(crate) fn refund_ends(&self) -> impl Iterator<Item = &'static str> {
        self.refunds.values().map(|refund| refund_state(&refund.state))
    }
}
