//! Refunds by sellers, with or without units that return to sale.

use contract::PaymentId;
use rand::Rng as _;
use rand::seq::IndexedRandom as _;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::{Customer, Offer, Placed};

impl Customer {
    /// A card whose payments succeed; for some cards refunds fail, or the response to a refund is
    /// lost.
    pub(super) fn card(&mut self) -> &'static str {
        match self.random.random_range(0..10) {
            0..6 => "tok_visa",
            6..9 => "tok_error_after_refund",
            _ => "tok_refund_fails",
        }
    }

    /// Sometimes refunds a part of an order that was just paid, by one request or by two concurrent
    /// ones.
    pub(super) async fn maybe_refund(&mut self, placed: &Placed, payment: PaymentId) {
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
    /// payment or to credit, with or without units.
    async fn refund(&mut self, placed: &Placed, payment: PaymentId) {
        let Some(item) = placed.items.choose(&mut self.random).cloned() else { return };
        let offer = self.shared.offers.lock().get(&item.ticket).cloned();
        let Some(Offer { seller, .. }) = offer else { return };
        let mut body = Map::new();
        if self.random.random_bool(0.6) {
            body.insert("amount".to_owned(), item.price);
        }
        if self.random.random_bool(0.3) {
            body.insert("to".to_owned(), json!("credit"));
        }
        if self.random.random_bool(0.5) {
            let quantity = self.random.random_range(1..=item.quantity);
            let units = json!([{"ticketId": item.ticket, "quantity": quantity}]);
            body.insert("returns".to_owned(), units);
        }
        if self.random.random_bool(0.3) {
            self.agree(placed, payment, body.get("returns").cloned().unwrap_or(json!([]))).await;
        }
        let path = format!("/api/payments/{payment}/refunds");
        let Some(reply) = self.command(&seller, Method::POST, path, Some(body.into())).await else {
            return;
        };
        match (reply.status, &*reply.text("status"), &*reply.text("code")) {
            (201, "succeeded", _) => {
                let refund = reply.text("id").parse().unwrap();
                self.shared.journal.lock().refunded.insert(refund, payment);
            }
            (201, "failed", _)
            | (
                409,
                _,
                "refund_exceeds"
                | "insufficient_credit"
                | "units_not_refunded"
                | "payer_must_agree",
            ) => {}
            _ => self.record_unexpected("a refund", &reply),
        }
    }

    /// The buyer agrees to credit, and to a refund of these units below their price.
    async fn agree(&mut self, placed: &Placed, payment: PaymentId, units: Value) {
        self.shared.journal.lock().agreed.insert(payment);
        let body = json!({"credit": true, "returns": units});
        let path = format!("/api/payments/{payment}/consent");
        let Some(reply) = self.command(&placed.buyer, Method::PUT, path, Some(body)).await else {
            return;
        };
        if reply.status != 200 && reply.text("code") != "refund_exceeds" {
            self.record_unexpected("a consent", &reply);
        }
    }
}
