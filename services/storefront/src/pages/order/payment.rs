//! The payment of an order: its form, and GET /payments/{id}, where a payer returns to from a
//! bank's page.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Path;
use contract::{OrderId, PaymentId};
use reqwest::Method;
use serde_json::json;

use crate::api::Target;
use crate::api::views::{OrderView, PaymentView};
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// Reads of an order until it has its new payment, which a message brings: within milliseconds.
const ORDER_READS_MAX: u32 = 20;

/// Time between two reads of an order.
const ORDER_READ_INTERVAL: Duration = Duration::from_millis(50);

/// Reads of a payment until it has the outcome of its challenge: payments queries the provider
/// about it once a second at most, so these see two queries.
const PAYMENT_READS_MAX: u32 = 8;

/// Time between two reads of a payment.
const PAYMENT_READ_INTERVAL: Duration = Duration::from_millis(300);

/// Starts a payment by the chosen means. Errors: as of payments; a problem without a card.
pub(super) async fn pay(visit: &Visit, id: OrderId, form: &Form) -> Result<(), Failure> {
    let means = match form.value("token") {
        "credit" => ("method", json!("credit")),
        // The form of cards was sent without its script.
        "" if visit.publishable_key().is_some() => {
            return Err(Failure::refused(visit.language().card_failed()));
        }
        token => ("token", json!(token)),
    };
    let body = json!({"orderId": id, means.0: means.1});
    let call = (Target::Payments, Method::POST, "/api/payments");
    let api = &visit.ports().api;
    let payment = api.call::<PaymentView>(visit, call, Some(&body), form.given("key")).await?;
    if payment.body.action.is_some() {
        wait_for_order(visit, id, payment.body.id).await;
    }
    Ok(())
}

/// Waits until the order has a payment, so that its page shows the action that the bank requires.
async fn wait_for_order(visit: &Visit, id: OrderId, payment: PaymentId) {
    let path = format!("/api/orders/{id}");
    for _ in 0..ORDER_READS_MAX {
        let order = visit.ports().api.get::<OrderView>(visit, Target::Orders, &path).await;
        let Ok(order) = order else { return };
        if order.body.payments.iter().any(|known| known.id == payment) {
            return;
        }
        visit.ports().clock.sleep(ORDER_READ_INTERVAL).await;
    }
}

/// Leads to the order or the top-up of a payment, once the outcome of its challenge is known. The
/// page of the order or top-up shows an unfinished challenge again.
pub(crate) async fn come_back(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: PaymentId = id.parse().map_err(|_| Failure::NotFound)?;
    let path = format!("/api/payments/{id}");
    let api = &visit.ports().api;
    let mut payment = api.get::<PaymentView>(&visit, Target::Payments, &path).await?.body;
    for _ in 0..PAYMENT_READS_MAX {
        if payment.action.is_none() {
            break;
        }
        visit.ports().clock.sleep(PAYMENT_READ_INTERVAL).await;
        let Ok(next) = api.get::<PaymentView>(&visit, Target::Payments, &path).await else { break };
        payment = next.body;
    }
    Ok(visit.go_to(match payment.order_id {
        Some(order) => format!("/orders/{order}"),
        None => format!("/account/top-ups/{id}"),
    }))
}
