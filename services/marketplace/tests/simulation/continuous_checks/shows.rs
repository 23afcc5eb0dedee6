//! Shows and sales, after every commit: the tickets of a show have its place, time and status;
//! nothing of a cancelled show is sold; sales have the money of their payments, and shows count
//! their refunds.

use std::collections::BTreeSet;

use contract::order::OrderStatus;
use contract::show::ShowStatus;
use contract::{PaymentId, ShowId};
use invariants::Rule;
use invariants::refunds::Claims;
use invariants::sales::{check_counts, check_money};
use invariants::shows::check_ticket;
use orders::{Inventory, Order};
use payments::Payment;
use payments::domain::{Dispute, Refund, Sale, ShowRefunds};
use store::batch::Batch;
use testing::Reply;
use testing::customer::{Postponement, Request};
use tickets::{Show, Ticket};

use super::coverage::{SALE, SHOW, visit};
use super::{Checks, written};
use crate::summary::variant;

impl Checks {
    pub(super) fn tickets_committed(&mut self, batch: &Batch) {
        let mut touched = BTreeSet::new();
        for show in written::<Show>(batch) {
            touched.insert(show.id);
            self.show_changed(show);
        }
        for ticket in written::<Ticket>(batch) {
            touched.extend(ticket.show.as_ref().map(|show| show.id));
            self.ticket_changed(ticket);
        }
        if touched.is_empty() {
            return;
        }
        for ticket in self.tickets.values() {
            if let Some(show) = ticket.show.as_ref().filter(|show| touched.contains(&show.id)) {
                check_ticket(ticket, self.shows.get(&show.id), &mut self.findings);
            }
        }
    }

    fn show_changed(&mut self, show: Show) {
        let known = self.shows.get(&show.id);
        let was_cancelled = known.is_some_and(|known| known.status.is_cancelled());
        self.findings.expect(!was_cancelled || show.status.is_cancelled(), Rule::InForce, || {
            format!("show {} was cancelled and is {:?}", show.id, show.status)
        });
        let from = known.map(|known| variant(&known.status));
        visit(&mut self.visited, SHOW, from, &variant(&show.status));
        self.shows.insert(show.id, show);
    }

    /// Checks against the state before the batch, which may contain an order and, after it, the
    /// cancellation.
    pub(super) fn shows_before(&mut self, batch: &Batch) {
        // Most scripts have no show.
        if self.shows.is_empty() {
            return;
        }
        for order in written::<Order>(batch) {
            let OrderStatus::Complete { .. } = order.state.status else { continue };
            let was_complete = self.orders.get(&order.state.id).is_some_and(Order::is_complete);
            let show = order.state.show_id.and_then(|show| self.order_shows.get(&show));
            let is_late = !was_complete && show.is_some_and(|show| show.status.is_cancelled());
            self.findings.expect(!is_late, Rule::InForce, || {
                format!("order {} was completed after its show was cancelled", order.state.id)
            });
        }
        let has_orders = written::<Order>(batch).next().is_some();
        for show in written::<orders::Show>(batch) {
            // In a batch with orders, it is unknown whether the units were held before the move.
            self.show_moved(&show, !has_orders);
            self.order_shows.insert(show.id, show);
        }
    }

    /// Checks that a show with held or sold units moves only by a new postponement or a
    /// cancellation.
    fn show_moved(&mut self, show: &orders::Show, is_alone: bool) {
        let Some(known) = self.order_shows.get(&show.id) else { return };
        let moves = (&known.venue, known.starts_at) != (&show.venue, show.starts_at);
        let is_new = known.status != show.status;
        let inventories = known.ticket_ids().into_iter();
        let inventories = inventories.filter_map(|id| self.inventories.get(&id));
        let committed: u32 = inventories.map(|stock| stock.held + stock.sold).sum();
        let is_sold = is_alone && committed > 0;
        self.findings.expect(!(moves && is_sold) || is_new, Rule::Shows, || {
            format!(
                "show {} moves from {known:?} to {show:?}; {committed} are held or sold",
                show.id
            )
        });
    }

    /// Checks that a new hold is not older than the acknowledged state of its show.
    pub(super) fn hold_of_show(&mut self, inventory: &Inventory) {
        let Some(show) = inventory.show else { return };
        let id = inventory.ticket_id;
        let was_cancelled = self.inventories.get(&id).is_some_and(Inventory::is_cancelled);
        let is_acknowledged = self.cancelled_shows.contains(&show.id);
        self.findings.expect(!was_cancelled && !is_acknowledged, Rule::InForce, || {
            format!("ticket {id} was ordered after its show was cancelled")
        });
        let acknowledged = self.acknowledged_shows.get(&show.id).copied().unwrap_or_default();
        self.findings.expect(show.version >= acknowledged, Rule::InForce, || {
            let version = show.version;
            format!("ticket {id} was ordered at version {version} of its show, after {acknowledged} was acknowledged")
        });
    }

    /// Records an acknowledged change of a show.
    pub(super) fn acknowledge_show(&mut self, request: &Request, reply: &Reply) {
        let (show, version) = match (request, reply.status) {
            (Request::EditShow(show, _), 200) => (show, reply.at("version").as_u64()),
            (Request::CancelShow(show), 202) => {
                self.cancelled_shows.insert(*show);
                return;
            }
            (Request::PostponeShow(show, Postponement { refunds_until, .. }), 202) => {
                let postponed = ShowStatus::Postponed { refunds_until: *refunds_until };
                let known = self.shows.get(show).filter(|known| known.status == postponed);
                (show, known.map(|known| known.version))
            }
            _ => return,
        };
        let known = self.acknowledged_shows.entry(*show).or_default();
        *known = version.unwrap_or_default().max(*known);
    }

    /// Whether a show is cancelled.
    pub(crate) fn is_cancelled(&self, show: ShowId) -> bool {
        self.shows.get(&show).is_some_and(|show| show.status.is_cancelled())
    }

    /// Checks the sales of the payments that a batch changed, after the batch.
    pub(super) fn sales_committed(&mut self, batch: &Batch) {
        if self.shows.is_empty() {
            return;
        }
        let mut touched: BTreeSet<PaymentId> =
            written(batch).map(|payment: Payment| payment.id).collect();
        touched.extend(written(batch).map(|refund: Refund| refund.payment_id));
        touched.extend(written(batch).map(|dispute: Dispute| dispute.payment_id));
        let mut is_counted = false;
        for sale in written::<Sale>(batch) {
            is_counted = true;
            touched.extend(sale.payment_id);
            let id = sale.state.order_id;
            let to = variant(&sale.refund);
            let known = self.sales.insert(id, sale).map(|known| variant(&known.refund));
            visit(&mut self.visited, SALE, known, &to);
        }
        for show in written::<ShowRefunds>(batch) {
            is_counted = true;
            self.show_refunds.insert(show.state.show_id, show);
        }
        if is_counted {
            check_counts(self.sales.values(), self.show_refunds.values(), &mut self.findings);
        }
        let sales = self.sales.values();
        for sale in sales.filter(|sale| sale.payment_id.is_some_and(|id| touched.contains(&id))) {
            let payment = sale.payment_id.and_then(|id| self.payments.get(&id));
            let of_sale = |id| Some(id) == sale.payment_id;
            let refunds = self.refunds.values().filter(|refund| of_sale(refund.payment_id));
            let disputes = self.disputes.values().filter(|dispute| of_sale(dispute.payment_id));
            let claims = Claims { refunds: refunds.collect(), disputes: disputes.collect() };
            check_money(sale, payment, &claims, &mut self.findings);
        }
    }
}
