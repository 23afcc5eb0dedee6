//! The provider's rules for amounts: a payment, top-up or refund that violates one is refused for
//! its amount, without a call to the provider.

use contract::Money;
use contract::order::{CREATED, OrderState};
use provider_simulator::http::Simulator;
use serde_json::{Number, json};
use testing::User;
use testing::samples::{item, usd};

use crate::fixture::{CREDIT, PaymentsFixture, simulated};

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// An order over this total, created before the rules.
async fn old_order(fixture: &PaymentsFixture<Simulator>, total: Money) -> (User, OrderState) {
    let buyer = fixture.user();
    let mut order = OrderState { total, ..fixture.order(buyer.id) };
    order.items = vec![item(101, 201, 0, 1)];
    order.items[0].unit_price = total;
    fixture.publish(CREATED.of(order.clone())).await;
    (buyer, order)
}

#[tokio::test]
async fn an_old_order_with_an_unsupported_amount_is_refused_for_its_amount() {
    let fixture = simulated().await;
    let kwd = |minor_units| Money::new(minor_units, "kwd".parse().unwrap());
    for (total, limit) in
        [(usd(49), "0.50 usd"), (usd(100_000_000), "999999.99 usd"), (kwd(1_234), "0.010 kwd")]
    {
        let (buyer, order) = old_order(&fixture, total).await;
        let refused = fixture.pay(&buyer, &order, "pm_card_visa").await;
        assert!(refused.text("detail").contains(limit), "{}", refused.body);
        refused.expect_problem(409, "amount_not_chargeable");
        // It can be paid by another method.
        fixture.pay(&buyer, &order, CREDIT).await.expect_problem(402, "payment_declined");
    }
    let asked = fixture.provider.with(|provider, _| provider.intents.len());
    assert_eq!(asked, 0, "the provider was not called");
}

#[tokio::test]
async fn a_top_up_outside_the_limits_is_refused() {
    let fixture = simulated().await;
    let payer = fixture.user();
    let top_up = async |amount: &str, currency: &str| {
        let amount = number(amount);
        let body = json!({"amount": amount, "currency": currency, "token": "pm_card_visa"});
        fixture.post(Some(&payer), "/api/payments/top-ups", &body).await
    };
    for (amount, currency) in [("0.49", "usd"), ("1000000", "usd"), ("49", "jpy"), ("1.234", "kwd")]
    {
        let refused = top_up(amount, currency).await;
        assert!(refused.body.contains("card"), "{}", refused.body);
        refused.expect_fields(&["amount"]);
    }
    for (amount, currency) in
        [("0.50", "usd"), ("999999.99", "usd"), ("50", "jpy"), ("1.23", "kwd")]
    {
        top_up(amount, currency).await.expect(201);
    }
}

#[tokio::test]
async fn a_refund_to_a_card_follows_the_providers_rounding() {
    let fixture = simulated().await;
    let payer = fixture.user();
    let body = json!({"amount": number("5.50"), "currency": "kwd", "token": "pm_card_visa"});
    let top_up = fixture.post(Some(&payer), "/api/payments/top-ups", &body).await.expect(201);
    let path = format!("/api/payments/{}/refunds", top_up.text("id"));
    let admin = fixture.admin();
    let refund = async |body| fixture.post(Some(&admin), &path, &body).await;
    let refused = refund(json!({"amount": number("1.234")})).await;
    assert!(refused.body.contains("0.010 kwd"), "{}", refused.body);
    refused.expect_fields(&["amount"]);
    let given = refund(json!({"amount": number("1.23")})).await.expect(201);
    assert_eq!(given.text("status"), "succeeded");
    let given = refund(json!({})).await.expect(201);
    assert_eq!((given.text("status"), given.at("amount")), ("succeeded".into(), json!(4.27)));
}
