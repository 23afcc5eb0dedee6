//! The provider's rules for amounts: a payment, a top-up or a refund that breaks one is refused for its amount, without a request
//! to the provider.

use contract::order::{CREATED, OrderState};
use contract::{Currency, Money};
use serde_json::{Number, Value, json};
use testing::User;

use crate::shop::Shop;

fn number(text: &str) -> Number {
    text.parse().unwrap()
}

/// An order from before the rules, over this total.
async fn old_order(shop: &Shop, total: Money) -> (User, OrderState) {
    let (buyer, mut order) = shop.order().await;
    order.id = shop.platforms.id().into();
    order.total = total;
    order.items.first_mut().unwrap().unit_price = total;
    shop.stage.publish(&[CREATED.of(order.clone())]).await;
    (buyer, order)
}

fn usd(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::USD)
}

#[tokio::test]
async fn an_old_order_that_no_card_can_be_charged_is_refused_for_its_amount_not_for_the_card() {
    let shop = Shop::open().await;
    let kwd = |minor_units| Money::new(minor_units, "kwd".parse().unwrap());
    for (total, limit) in
        [(usd(49), "0.50 usd"), (usd(100_000_000), "999999.99 usd"), (kwd(1_234), "0.010 kwd")]
    {
        let (buyer, order) = old_order(&shop, total).await;
        let refused = shop.pay(&buyer, &order, "pm_card_visa").await;
        assert!(refused.text("detail").contains(limit), "{}", refused.body);
        refused.expect_problem(409, "amount_not_chargeable");
        // It is free for another means.
        let by_credit = json!({"orderId": order.id, "method": "credit"});
        let reply = shop.stage.post(Some(&buyer), "/api/payments", &by_credit).await;
        reply.expect_problem(402, "payment_declined");
    }
    let asked = shop.simulator.with(|provider, _| provider.intents().iter().count());
    assert_eq!(asked, 0, "the provider never heard of them");
}

#[tokio::test]
async fn a_top_up_keeps_to_the_limits() {
    let shop = Shop::open().await;
    let payer = shop.stage.user();
    let top_up = |amount: &str, currency: &str| {
        let body: Value =
            json!({"amount": number(amount), "currency": currency, "token": "pm_card_visa"});
        let (payer, stage) = (payer.clone(), &shop.stage);
        async move { stage.post(Some(&payer), "/api/payments/top-ups", &body).await }
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
async fn a_refund_to_a_card_is_rounded_as_the_provider_rounds() {
    let shop = Shop::open().await;
    let payer = shop.stage.user();
    let body = json!({"amount": number("5.50"), "currency": "kwd", "token": "pm_card_visa"});
    let top_up = shop.stage.post(Some(&payer), "/api/payments/top-ups", &body).await.expect(201);
    let path = format!("/api/payments/{}/refunds", top_up.text("id"));
    let admin = shop.stage.admin();
    let refused = shop.stage.post(Some(&admin), &path, &json!({"amount": number("1.234")})).await;
    assert!(refused.body.contains("0.010 kwd"), "{}", refused.body);
    refused.expect_fields(&["amount"]);
    let given = shop.stage.post(Some(&admin), &path, &json!({"amount": number("1.23")})).await;
    assert_eq!(given.expect(201).text("status"), "succeeded");
    let given = shop.stage.post(Some(&admin), &path, &json!({})).await.expect(201);
    assert_eq!((given.text("status"), given.at("amount")), ("succeeded".into(), json!(4.27)));
}
