//! Payments by card and by credit, top-ups, and refunds by sellers.

use std::ops::RangeInclusive;
use std::time::Duration;

use contract::PaymentId;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use sources::Clock;

use super::{Account, Card, Customer, Offer, Placed, Request};
use crate::customer::{Consent, Refund, RefundTarget};

/// Range of a top-up in cents: enough for some orders, and soon spent.
const TOP_UP_CENTS: RangeInclusive<u32> = 5_000..=50_000;

impl Customer {
    pub(super) async fn pay(&mut self, placed: &Placed, card: Card) {
        self.pay_with(placed, Request::Pay(placed.id, card)).await;
    }

    /// Pays, and returns the status of the response.
    async fn pay_with(&mut self, placed: &Placed, paying: Request) -> Option<u16> {
        let reply = self.request(&placed.buyer, paying, &["payment_declined"]).await?;
        if let Some(payment) = reply.id().filter(|_| reply.status == 201) {
            self.maybe_refund(placed, payment).await;
            self.maybe_return(placed, payment).await;
        }
        Some(reply.status)
    }

    /// Pays within 60 ms before or after the deadline.
    pub(super) async fn pay_at_the_deadline(&mut self, placed: &Placed) {
        let off = Duration::from_millis(self.random.random_range(0..120));
        let moment = placed.expires_at.minus(Duration::from_millis(60)).plus(off);
        Clock::System.sleep_until(moment).await;
        self.pay(placed, Card::Valid).await;
    }

    /// Pays by card or by credit, and cancels while the payment is in progress.
    pub(super) async fn pay_and_cancel_at_once(&mut self, placed: &Placed) {
        let mut second_customer = self.second_customer();
        let moment = Duration::from_millis(self.random.random_range(0..40));
        let cancelling = async {
            tokio::time::sleep(moment).await;
            second_customer.cancel(placed).await;
        };
        let paying = async {
            if self.random.random_bool(0.5) {
                self.pay_by_credit(placed).await;
            } else {
                self.pay(placed, Card::Valid).await;
            }
        };
        tokio::join!(paying, cancelling);
    }

    /// Pays by credit; if the balance is too low, tops up by card and retries.
    pub(super) async fn pay_by_credit(&mut self, placed: &Placed) {
        if self.pay_with(placed, Request::PayByCredit(placed.id)).await == Some(402) {
            self.top_up(&placed.buyer).await;
            self.pay_with(placed, Request::PayByCredit(placed.id)).await;
        }
    }

    /// Pays by credit and by card concurrently: at most one payment is made.
    pub(super) async fn pay_by_credit_and_card(&mut self, placed: &Placed) {
        let mut second_customer = self.second_customer();
        tokio::join!(self.pay_by_credit(placed), second_customer.pay(placed, Card::Valid));
    }

    async fn top_up(&mut self, account: &Account) {
        let cents = self.random.random_range(TOP_UP_CENTS);
        let card = match self.random.random_range(0..10) {
            0..7 => Card::Valid,
            7..9 => Card::ResponseLostBuiltIn,
            _ => Card::DeclinedBuiltIn,
        };
        self.request(account, Request::TopUp(cents, card), &["payment_declined"]).await;
    }

    /// A card whose payments succeed; for some cards refunds fail, or the response to a refund is
    /// lost.
    pub(super) fn card(&mut self) -> Card {
        match self.random.random_range(0..10) {
            0..6 => Card::Valid,
            6..9 => Card::RefundResponseLostBuiltIn,
            _ => Card::RefundFailsBuiltIn,
        }
    }

    /// Sometimes refunds a part of an order that was just paid, by one request or by two concurrent
    /// ones.
    async fn maybe_refund(&mut self, placed: &Placed, payment: PaymentId) {
        match self.random.random_range(0..100) {
            0..14 => self.refund(placed, payment).await,
            14..18 => {
                let mut second_customer = self.second_customer();
                tokio::join!(self.refund(placed, payment), second_customer.refund(placed, payment));
            }
            _ => {}
        }
    }

    /// The seller of one item refunds one unit's price or the whole share, to the source of the
    /// payment or to credit, with or without units; sometimes the buyer first agrees to credit, and
    /// to a refund of these units below their price.
    async fn refund(&mut self, placed: &Placed, payment: PaymentId) {
        let Some(item) = placed.items.choose(&mut self.random).copied() else { return };
        let offer = self.shared.offers.lock().get(&item.ticket).cloned();
        let Some(Offer { seller, .. }) = offer else { return };
        let cents = self.random.random_bool(0.6).then_some(item.cents);
        let to =
            if self.random.random_bool(0.3) { RefundTarget::Credit } else { RefundTarget::Source };
        let returns = self.random.random_bool(0.5);
        let units = returns.then(|| (item.ticket, self.random.random_range(1..=item.quantity)));
        if self.random.random_bool(0.3) {
            self.shared.journal.lock().agreed.insert(payment);
            let agreeing = Request::Agree(payment, Consent { credit: true, units });
            self.request(&placed.buyer, agreeing, &[]).await;
        }
        let refunding = Request::Refund(payment, Refund { cents, to, units });
        let Some(reply) = self.request(&seller, refunding, &[]).await else { return };
        if reply.status == 201 && !["succeeded", "failed"].contains(&&*reply.text("status")) {
            self.record_unexpected("a refund", &reply);
        }
    }
}
