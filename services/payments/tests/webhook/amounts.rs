//! The provider's rules for amounts: a payment, top-up or refund that violates one is refused for
//! its amount, without a call to the provider.

use contract::order::{CREATED, OrderState};
use contract::{Currency, Money};
use serde_json::{Number, Value, json};
use testing::User;

use crate::fixture::PaymentsFixture;

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// An order over this total, created before the rules.
async fn old_order(fixture: &PaymentsFixture, total: Money) -> (User, OrderState) {
    let (buyer, mut order) = fixture.order().await;
    order.id = fixture.platforms.id().into();
    order.total = total;
    order.items.first_mut().unwrap().unit_price = total;
    fixture.app.publish(&[CREATED.of(order.clone())]).await;
    (buyer, order)
}

fn usd(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::USD)
}

#[tokio::test]
async fn an_old_order_with_an_unsupported_amount_is_refused_for_its_amount() {
    let fixture = PaymentsFixture::open().await;
    let kwd = |minor_units| Money::new(minor_units, "kwd".parse().unwrap());
    for (total, limit) in
        [(usd(49), "0.50 usd"), (usd(100_000_000), "999999.99 usd"), (kwd(1_234), "0.010 kwd")]
    {
        let (buyer, order) = old_order(&fixture, total).await;
        let refused = fixture.pay(&buyer, &order, "pm_card_visa").await;
        assert!(refused.text("detail").contains(limit), "{}", refused.body);
        refused.expect_problem(409, "amount_not_chargeable");
        // It can be paid by another method.
        let by_credit = json!({"orderId": order.id, "method": "credit"});
        let reply = fixture.app.post(Some(&buyer), "/api/payments", &by_credit).await;
        reply.expect_problem(402, "payment_declined");
    }
    let asked = fixture.simulator.with(|provider, _| provider.intents().len());
    assert_eq!(asked, 0, "the provider was not called");
}

#[tokio::test]
async fn a_top_up_outside_the_limits_is_refused() {
    let fixture = PaymentsFixture::open().await;
    let payer = fixture.app.user();
    let top_up = |amount: &str, currency: &str| {
        let body: Value =
            json!({"amount": number(amount), "currency": currency, "token": "pm_card_visa"});
        let (payer, app) = (payer.clone(), &fixture.app);
        async move { app.post(Some(&payer), "/api/payments/top-ups", &body).await }
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
        top_up(amount, currency).await.expect(201).text("id");
    }
}

#[tokio::test]
async fn a_refund_to_a_card_follows_the_providers_rounding() {
    let fixture = PaymentsFixture::open().await;
    let payer = fixture.app.user();
    let body = json!({"amount": number("5.50"), "currency": "kwd", "token": "pm_card_visa"});
    let top_up = fixture.app.post(Some(&payer), "/api/payments/top-ups", &body).await.expect(201);
    let path = format!("/api/payments/{}/refunds", top_up.text("id"));
    let admin = fixture.app.admin();
    let refused = fixture.app.post(Some(&admin), &path, &json!({"amount": number("1.234")})).await;
    assert!(refused.body.contains("0.010 kwd"), "{}", refused.body);
    refused.expect_fields(&["amount"]);
    let given = fixture.app.post(Some(&admin), &path, &json!({"amount": number("1.23")})).await;
    assert_eq!(given.expect(201).text("status"), "succeeded");
    let given = fixture.app.post(Some(&admin), &path, &json!({})).await.expect(201);
    assert_eq!((given.text("status"), given.at("amount")), ("succeeded".into(), json!(4.27)));
}
