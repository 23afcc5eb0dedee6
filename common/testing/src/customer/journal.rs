//! Results that the marketplace acknowledged, and violations seen by customers.

use std::collections::{BTreeMap, BTreeSet};

use contract::order::{CancelReason, OrderStatus};
use contract::{OrderId, PaymentId, RefundId, ShowId, TicketId, Timestamp, UserId};

use super::request::Request;
use crate::reply::Reply;

/// Responses to customers.
#[derive(Debug, Clone, Default)]
pub struct Journal {
    /// The seed of the run.
    pub seed: u64,
    /// Requests sent.
    pub requests: u64,
    /// Requests without a valid response: connection refused or lost, or a 5xx.
    pub lost_responses: u64,
    /// Tickets whose offer was acknowledged.
    pub tickets: Vec<TicketId>,
    /// Shows that were acknowledged.
    pub shows: Vec<ShowId>,
    /// Shows whose cancellation was acknowledged.
    pub cancelled_shows: BTreeSet<ShowId>,
    /// Orders that were acknowledged.
    pub orders: BTreeMap<OrderId, JournaledOrder>,
    /// Payments that were acknowledged as captured, with their order.
    pub captured: BTreeMap<PaymentId, OrderId>,
    /// Top-ups that were acknowledged as captured, with the owner of the account.
    pub topped_up: BTreeMap<PaymentId, UserId>,
    /// Refunds that were acknowledged as paid, with their payment.
    pub refunded: BTreeMap<RefundId, PaymentId>,
    /// Payments whose payer agreed, or attempted to agree, to a refund of units below their price.
    pub agreed: BTreeSet<PaymentId>,
    /// Repeats with another response than the first request.
    pub unequal_repeats: Vec<String>,
    /// Responses that the contract does not allow.
    pub unexpected: Vec<String>,
    /// Commands without a response within the timeout after all faults.
    pub unanswered: Vec<String>,
    /// Orders that were accepted on terms older than the ones acknowledged before.
    pub old_terms: Vec<String>,
    /// Reads of another user's private data that were not rejected.
    pub foreign_reads: Vec<String>,
}

/// The responses that a buyer received about an order.
#[derive(Debug, Clone)]
pub struct JournaledOrder {
    /// The buyer.
    pub buyer: UserId,
    /// Every end that a response contained: of the order itself, of a payment or of a cancellation.
    pub reported_ends: Vec<End>,
    /// Time of the last read that returned it active, and its deadline then.
    pub seen_active: Option<(Timestamp, Timestamp)>,
    /// Time of the first read that returned it expired, and its deadline.
    pub seen_expired: Option<(Timestamp, Timestamp)>,
}

impl Journal {
    /// Records what the first response to a request acknowledges to its sender.
    pub fn record(&mut self, by: UserId, request: &Request, reply: &Reply) {
        let code = reply.text("code");
        match (request, reply.status) {
            (Request::Offer(..) | Request::OfferIn(..), 201) => {
                self.tickets.extend(reply.id::<TicketId>());
            }
            (Request::CreateShow(..), 201) => {
                self.shows.extend(reply.id::<ShowId>());
                self.tickets.extend(reply.tickets());
            }
            (Request::CancelShow(show), 202) => _ = self.cancelled_shows.insert(*show),
            (Request::Order(..), 201) => {
                let Some(id) = reply.id() else { return };
                if self.orders.insert(id, JournaledOrder::of(by)).is_some() {
                    self.unexpected.push(format!("two commands received the order {id}"));
                }
                self.record_end(id, End::reported(&reply.text("status"), ""));
            }
            (Request::Pay(order, _) | Request::PayByCredit(order), 201) => {
                self.captured.extend(reply.id().map(|payment: PaymentId| (payment, *order)));
                self.record_end(*order, Some(End::Complete));
            }
            (Request::TopUp(..), 201) => {
                self.topped_up.extend(reply.id().map(|payment: PaymentId| (payment, by)));
            }
            (Request::Refund(payment, _) | Request::Return(payment), 201)
                if reply.text("status") == "succeeded" =>
            {
                self.refunded.extend(reply.id().map(|refund: RefundId| (refund, *payment)));
            }
            (Request::ReadOrder(order), 200) => {
                let end = End::reported(&reply.text("status"), &reply.text("reason"));
                self.record_end(*order, end);
            }
            (Request::Pay(order, _) | Request::PayByCredit(order) | Request::Cancel(order), _)
                if code == "order_complete" =>
            {
                self.record_end(*order, Some(End::Complete));
            }
            (Request::Pay(order, _) | Request::PayByCredit(order), _)
                if code == "order_cancelled" =>
            {
                self.record_end(*order, Some(End::CancelledByBuyer));
            }
            (Request::Pay(order, _) | Request::PayByCredit(order), _)
                if code == "show_cancelled" =>
            {
                self.record_end(*order, Some(End::ShowCancelled));
            }
            _ => {}
        }
    }

    fn record_end(&mut self, order: OrderId, end: Option<End>) {
        if let Some(order) = self.orders.get_mut(&order) {
            order.reported_ends.extend(end);
        }
    }
}

impl JournaledOrder {
    /// An acknowledged order without further facts.
    pub const fn of(buyer: UserId) -> Self {
        Self { buyer, reported_ends: Vec::new(), seen_active: None, seen_expired: None }
    }
}

/// The end of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Paid.
    Complete,
    /// Cancelled by its buyer.
    CancelledByBuyer,
    /// Not paid in time.
    Expired,
    /// Its show was cancelled before it was paid.
    ShowCancelled,
}

impl End {
    /// The end of an order with this status; `None` if it has not ended.
    pub const fn of(status: OrderStatus) -> Option<Self> {
        match status {
            OrderStatus::Created | OrderStatus::AwaitingPayment { .. } => None,
            OrderStatus::Complete { .. } => Some(Self::Complete),
            OrderStatus::Cancelled { reason: CancelReason::Buyer } => Some(Self::CancelledByBuyer),
            OrderStatus::Cancelled { reason: CancelReason::Expired } => Some(Self::Expired),
            OrderStatus::Cancelled { reason: CancelReason::ShowCancelled } => {
                Some(Self::ShowCancelled)
            }
        }
    }

    /// The end that an order's `status` and `reason` state; `None` if it has not ended.
    pub fn reported(status: &str, reason: &str) -> Option<Self> {
        match (status, reason) {
            ("complete", _) => Some(Self::Complete),
            ("cancelled", "buyer") => Some(Self::CancelledByBuyer),
            ("cancelled", "show_cancelled") => Some(Self::ShowCancelled),
            ("cancelled", _) => Some(Self::Expired),
            _ => None,
        }
    }
}
