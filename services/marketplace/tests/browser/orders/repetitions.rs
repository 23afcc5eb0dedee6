//! Commands that a browser sends twice: a double click, the back button, a page that is loaded
//! again.

use serde_json::json;
use testing::browser::{Browser, Script, with_browser};
use testing::{Client, User};

use crate::marketplace::{fresh, marketplace, offer_ticket};

async fn orders(client: &Client, buyer: &User) -> usize {
    client.get(Some(buyer), "/api/orders").await.list().len()
}

async fn offered() -> (Client, User, String) {
    let client = marketplace().await.client();
    let seller = client.sign_up(&fresh("seller")).await;
    let buyer = client.sign_up(&fresh("buyer")).await;
    let body = json!({"title": fresh("Repetition"), "price": 5, "quantity": 50});
    let ticket = offer_ticket(&client, &seller, body).await;
    (client, buyer, format!("/tickets/{ticket}"))
}

#[tokio::test]
async fn a_double_click_places_one_order() {
    for script in [Script::Off, Script::On] {
        let (client, buyer, ticket) = offered().await;
        with_browser(client.base(), script, async |browser| {
            browser.sign_in_as(&buyer).await;
            browser.open_page(&ticket).await;
            browser.fill("Quantity", "2").await;
            browser.double_click("Hold them for me").await;
            browser.arrives_at("/orders/").await;
            browser.sees("These are yours for now").await;
        })
        .await;
        assert_eq!(orders(&client, &buyer).await, 1, "{script:?}");
    }
}

#[tokio::test]
async fn back_and_forward_after_a_payment_show_the_present_state() {
    let (client, buyer, ticket) = offered().await;
    with_browser(client.base(), Script::On, async |browser| {
        browser.sign_in_as(&buyer).await;
        browser.open_page("/orders").await;
        let order = pays_for_two(browser, &ticket).await;
        browser.go_back().await;
        browser.arrives_at(&ticket).await;
        browser.sees("48 left").await;
        browser.go_back().await;
        browser.arrives_at("/orders").await;
        browser.go_forward().await;
        browser.arrives_at(&ticket).await;
        browser.go_forward().await;
        assert_eq!(browser.arrives_at("/orders/").await, order);
        browser.sees("They are yours").await;
        assert!(!browser.offers("Pay").await);
    })
    .await;
    assert_eq!(orders(&client, &buyer).await, 1);
}

/// Without scripts the history has the page as it was, with the form of the payment.
#[tokio::test]
async fn a_form_of_the_history_pays_no_second_time() {
    let (client, buyer, ticket) = offered().await;
    with_browser(client.base(), Script::Off, async |browser| {
        browser.sign_in_as(&buyer).await;
        let order = pays_for_two(browser, &ticket).await;
        browser.go_back().await;
        assert_eq!(browser.arrives_at("/orders/").await, order);
        if browser.offers("Pay").await {
            browser.click("Pay").await;
        }
        browser.sees("They are yours").await;
        let path = format!("/api{order}");
        let shown = client.get(Some(&buyer), &path).await.json();
        assert_eq!(shown["payments"].as_array().unwrap().len(), 1);
    })
    .await;
}

/// Orders two units and pays; returns the path of the order.
async fn pays_for_two(browser: &Browser, ticket: &str) -> String {
    browser.open_page(ticket).await;
    browser.fill("Quantity", "2").await;
    browser.click("Hold them for me").await;
    let order = browser.arrives_at("/orders/").await;
    browser.click("Pay").await;
    browser.sees("They are yours").await;
    order
}

#[tokio::test]
async fn the_back_button_and_a_reload_place_no_other_order() {
    for script in [Script::Off, Script::On] {
        let (client, buyer, ticket) = offered().await;
        with_browser(client.base(), script, async |browser| {
            browser.sign_in_as(&buyer).await;
            browser.open_page(&ticket).await;
            browser.fill("Quantity", "1").await;
            browser.click("Hold them for me").await;
            let order = browser.arrives_at("/orders/").await;
            browser.reload().await;
            browser.sees("These are yours for now").await;
            browser.go_back().await;
            browser.arrives_at(&ticket).await;
            browser.sees("left").await;
            browser.go_forward().await;
            assert_eq!(browser.arrives_at("/orders/").await, order);
            browser.sees("These are yours for now").await;
        })
        .await;
        assert_eq!(orders(&client, &buyer).await, 1, "{script:?}");
    }
}
