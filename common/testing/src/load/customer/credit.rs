//! Payments by credit, with a top-up if the balance is too low.

use std::ops::RangeInclusive;

use rand::Rng as _;
use reqwest::Method;
use serde_json::json;

use super::{Account, Customer, Placed};

/// Range of a top-up in cents: enough for some orders, and soon spent.
const TOP_UP_CENTS: RangeInclusive<u32> = 5_000..=50_000;

impl Customer {
    /// Pays by credit; if the balance is too low, tops up by card and retries.
    pub(super) async fn pay_by_credit(&mut self, placed: &Placed) {
        let body = json!({"orderId": placed.id, "method": "credit"});
        if self.pay_with(placed, body.clone()).await == Some(402) {
            self.top_up(&placed.buyer).await;
            self.pay_with(placed, body).await;
        }
    }

    /// Pays by credit and by card concurrently: at most one payment is made.
    pub(super) async fn pay_by_credit_and_card(&mut self, placed: &Placed) {
        let mut second_customer = self.second_customer();
        tokio::join!(self.pay_by_credit(placed), second_customer.pay(placed, "tok_visa"));
    }

    async fn top_up(&mut self, account: &Account) {
        let cents = self.random.random_range(TOP_UP_CENTS);
        let token = match self.random.random_range(0..10) {
            0..7 => "tok_visa",
            7..9 => "tok_error_after_charge",
            _ => "tok_declined",
        };
        let body = json!({"amount": f64::from(cents) / 100.0, "token": token});
        let path = "/api/payments/top-ups".to_owned();
        let Some(reply) = self.command(account, Method::POST, path, Some(body)).await else {
            return;
        };
        match (reply.status, reply.text("id").parse()) {
            (201, Ok(payment)) => {
                self.shared.journal.lock().topped_up.insert(payment, account.id);
            }
            (402, _) => {}
            _ => self.record_unexpected("a top-up", &reply),
        }
    }
}
