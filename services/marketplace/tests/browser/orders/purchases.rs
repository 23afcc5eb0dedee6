//! The life of an order in the pages, with and without scripts.

use serde_json::json;
use testing::browser::{Browser, Script, with_browser};

use super::visitor::signs_up;
use crate::marketplace::{fresh, marketplace, offer_show, show};

#[tokio::test]
async fn a_visitor_signs_up_buys_and_cancels_without_scripts() {
    purchase(Script::Off).await;
}

#[tokio::test]
async fn a_visitor_signs_up_buys_and_cancels_with_scripts() {
    purchase(Script::On).await;
}

async fn purchase(script: Script) {
    let client = marketplace().await.client();
    let seller = client.sign_up(&fresh("seller")).await;
    let title = fresh("Purchase");
    let id = offer_show(&client, &seller, show(&title)).await;
    let stalls = client.get(None, &format!("/api/shows/{id}")).await.tickets()[0];
    with_browser(client.base(), script, async |browser| {
        finds_the_show(browser, &title).await;
        browser.click("Sign in to buy").await;
        signs_up(browser).await;
        browser.arrives_at(&format!("/shows/{id}")).await;
        browser.fill("Stalls", "2").await;
        browser.click("Hold them for me").await;
        browser.arrives_at("/orders/").await;
        browser.sees("These are yours for now").await;
        pays_with_a_second_card(browser).await;
        browser.click("My orders").await;
        browser.sees("2 × Stalls").await;
        browser.sees("Complete").await;
        browser.open_page(&format!("/shows/{id}")).await;
        browser.sees("38 left").await;
        orders_and_cancels(browser).await;
        browser.click("Order again").await;
        browser.arrives_at(&format!("/shows/{id}")).await;
    })
    .await;
    assert_eq!(client.available(stalls).await, json!(38));
}

async fn finds_the_show(browser: &Browser, title: &str) {
    browser.open_page("/").await;
    browser.fill("Search", title).await;
    browser.click("Search").await;
    browser.sees("Results for").await;
    browser.click(title).await;
    browser.sees("Four concerts in one night.").await;
}

async fn pays_with_a_second_card(browser: &Browser) {
    browser.allow_status(402);
    browser.choose("Test card that is declined").await;
    browser.click("Pay").await;
    browser.sees_alert("declined").await;
    browser.choose("Test card that pays").await;
    browser.click("Pay").await;
    browser.sees("They are yours").await;
}

async fn orders_and_cancels(browser: &Browser) {
    browser.fill("Box", "1").await;
    browser.click("Hold them for me").await;
    browser.arrives_at("/orders/").await;
    browser.click("Cancel the order").await;
    browser.sees("This order was cancelled").await;
}
