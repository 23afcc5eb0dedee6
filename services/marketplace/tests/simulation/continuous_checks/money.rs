//! Money, after every commit of payments and every movement at the provider: each movement belongs
//! to a payment that payments has stored, a capture needs a complete order, money is refunded once
//! and only for a refund, the price of returned units is refunded or waived, and the books balance.

use std::collections::BTreeSet;

use contract::{OrderId, PaymentId};
use invariants::books::check_posted;
use invariants::money::accepts;
use invariants::refunds::{Claims, was_paid};
use invariants::{Rule, units};
use payments::Payment;
use payments::domain::{Account, Dispute, Entry, Holder, Refund, State};
use provider_simulator::{Entry as Moved, EntryKind};
use store::batch::Batch;

use super::coverage::{PAYMENT, REFUND, payment_state, refund_state, visit};
use super::{Checks, written};
use crate::provider::{payment_of, refund_of};

/// A movement's payment, refund or dispute, and kind. Each occurs at most once.
pub(super) type Movement = (PaymentId, Option<String>, EntryKind);

impl Checks {
    pub(super) fn payments_committed(&mut self, batch: &Batch) {
        for payment in written::<Payment>(batch) {
            let known = self.payments.insert(payment.id, payment.clone());
            let known = known.map(|known| payment_state(&known.state));
            visit(&mut self.visited, PAYMENT, known, &payment_state(&payment.state));
            if let State::Captured { holder: Holder::Ledger, .. } = payment.state
                && let Some(order_id) = payment.order_id()
            {
                self.expect_accepted(payment.id, order_id);
            }
        }
        let mut touched = BTreeSet::new();
        for refund in written::<Refund>(batch) {
            touched.insert(refund.payment_id);
            let state = refund_state(&refund.state);
            let known = self.refunds.insert(refund.id, refund);
            let known = known.map(|known| refund_state(&known.state));
            visit(&mut self.visited, REFUND, known, &state);
        }
        self.disputes.extend(written(batch).map(|dispute: Dispute| (dispute.id, dispute)));
        for payment in touched {
            self.expect_units_refunded(payment);
        }
        let accounts: Vec<Account> = written(batch).collect();
        let entries: Vec<Entry> = written(batch).collect();
        let is_posted = !accounts.is_empty() || !entries.is_empty();
        self.accounts.extend(accounts.into_iter().map(|account| (account.user, account)));
        self.entries.extend(entries);
        if is_posted {
            check_posted(&self.entries, self.accounts.values(), &mut self.findings);
        }
    }

    pub(crate) fn moved(&mut self, entry: &Moved) {
        let Some(id) = payment_of(&entry.metadata) else {
            let line = format!("{:?} of {} is for no payment", entry.kind, entry.intent);
            return self.findings.note(Rule::OneEffect, line);
        };
        let refund = refund_of(entry);
        let own = refund.map(|id| id.to_string());
        let subject = own.or(entry.refund.clone()).or(entry.dispute.clone());
        let is_first = self.movements.insert((id, subject, entry.kind));
        self.findings
            .expect(is_first, Rule::Money, || format!("payment {id}: {:?} twice", entry.kind));
        let Some(payment) = self.payments.get(&id) else {
            let line = format!("money of payment {id} moves, but payments never stored it");
            return self.findings.note(Rule::OneEffect, line);
        };
        // Actions at the provider have no request here.
        let is_own = !entry.is_foreign;
        match (entry.kind, payment.order_id(), refund) {
            (EntryKind::Captured, Some(order_id), _) if is_own => {
                self.expect_accepted(id, order_id);
            }
            (EntryKind::Refunded | EntryKind::Returned, _, Some(refund)) => {
                let is_requested = self.refunds.get(&refund).is_some_and(|refund| {
                    refund.payment_id == id && refund.amount.minor_units == entry.amount
                });
                self.findings.expect(is_requested, Rule::OneEffect, || {
                    format!("payment {id}: {:?} {}, for no refund", entry.kind, entry.amount)
                });
            }
            (EntryKind::Refunded, ..) => {
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
                ..,
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

    fn expect_units_refunded(&mut self, payment: PaymentId) {
        let refunds = self.refunds.values().filter(|refund| refund.payment_id == payment);
        let disputes = self.disputes.values().filter(|dispute| dispute.payment_id == payment);
        let claims = Claims { refunds: refunds.collect(), disputes: disputes.collect() };
        let order = claims.refunds.iter().find_map(|refund| self.orders.get(&refund.order_id?));
        if let Some(order) = order {
            units::check(&order.state, &claims, &mut self.findings);
        }
    }

    /// Whether orders has put the units of a refund on sale again. Those of a refund that was never
    /// paid remain sold, also if the payer has a part of it as credit for other units.
    pub(crate) fn are_units_on_sale(&self, refund: &Refund) -> bool {
        if !was_paid(refund) {
            return true;
        }
        let order = refund.order_id.and_then(|id| self.orders.get(&id));
        refund.returns.iter().all(|units| {
            let mut items = order.iter().flat_map(|order| &order.state.items);
            items.any(|item| item.ticket_id == units.ticket_id && item.returned >= units.quantity)
        })
    }

    /// Whether money was captured, at the provider or from credit, as for an acknowledged payment.
    pub(crate) fn has_captured(&self, id: PaymentId) -> bool {
        let is_by_credit = self.payments.get(&id).is_some_and(|payment| {
            matches!(payment.state, State::Captured { holder: Holder::Ledger, .. })
        });
        is_by_credit || self.movements.contains(&(id, None, EntryKind::Captured))
    }
}
