//! Offers with prices that the payment provider does not charge are rejected.

use contract::amount_rules::AmountRules;
use serde_json::{Value, json};
use testing::{Reply, User};
use tickets::Settings;

use crate::box_office::BoxOffice;

fn priced(price: &str, currency: &str) -> Value {
    let price: serde_json::Number = price.parse().unwrap();
    json!({"title": "Concert", "price": price, "currency": currency})
}

fn refused_for(reply: Reply) -> String {
    let text = reply.text("errors/0/message");
    reply.expect_fields(&["price"]);
    text
}

async fn with_cards() -> (BoxOffice, User) {
    let settings = Settings { amount_rules: AmountRules::Stripe, ..Settings::default() };
    let office = BoxOffice::open_with(settings).await;
    let seller = office.user();
    (office, seller)
}

#[tokio::test]
async fn a_price_that_no_card_can_be_charged_is_refused_with_its_limit() {
    let (office, seller) = with_cards().await;
    for (price, currency, limit) in [
        ("0.49", "usd", "must be at least 0.50 usd, the least that a card can be charged"),
        ("0.01", "usd", "must be at least 0.50 usd, the least that a card can be charged"),
        ("49", "jpy", "must be at least 50 jpy, the least that a card can be charged"),
        ("1000000", "usd", "must be at most 999999.99 usd, the most that a card can be charged"),
        ("1000000", "isk", "must be at most 999999 isk, the most that a card can be charged"),
        ("1.234", "kwd", "must be a multiple of 0.010 kwd, which is what cards are charged in"),
    ] {
        let body = priced(price, currency);
        let offered = office.post(Some(&seller), "/api/tickets", &body).await;
        assert_eq!(refused_for(offered), limit, "{price} {currency}");
    }
    for (price, currency) in [
        ("0", "usd"),
        ("0.50", "usd"),
        ("999999.99", "usd"),
        ("50", "jpy"),
        ("999999", "isk"),
        ("1.23", "kwd"),
    ] {
        office.offer(&seller, priced(price, currency)).await;
    }
}

#[tokio::test]
async fn an_edit_keeps_to_the_same_limits() {
    let (office, seller) = with_cards().await;
    let offered = office.offer(&seller, priced("20", "usd")).await;
    let refused = office.app.put(Some(&seller), &offered.path, &priced("0.49", "usd")).await;
    assert!(refused_for(refused).contains("0.50 usd"));
    assert_eq!(office.show(&offered.path).await.at("price"), json!(20));
}

#[tokio::test]
async fn the_built_in_provider_charges_every_price() {
    let (office, seller) = BoxOffice::with_seller().await;
    for (price, currency) in [("0.01", "usd"), ("1", "jpy"), ("1.234", "kwd"), ("10000000", "usd")]
    {
        office.offer(&seller, priced(price, currency)).await;
    }
}
