//! Two tabs of one browser.

use serde_json::json;
use testing::browser::{Script, with_browser};

use super::visitor::orders_one;
use crate::marketplace::{fresh, marketplace, offer_ticket};

#[tokio::test]
async fn an_order_paid_in_one_tab_is_complete_in_the_other() {
    let client = marketplace().await.client();
    let (seller, buyer) =
        (client.sign_up(&fresh("seller")).await, client.sign_up(&fresh("buyer")).await);
    let body = json!({"title": fresh("Tabs"), "price": 5, "quantity": 5});
    let ticket = format!("/tickets/{}", offer_ticket(&client, &seller, body).await);
    with_browser(client.base(), Script::On, async |browser| {
        browser.sign_in_as(&buyer).await;
        let order = orders_one(browser, &ticket).await;
        let first = browser.tab().await;
        let second = browser.open_tab().await;
        browser.open_page(&order).await;
        browser.click("Pay").await;
        browser.sees("They are yours").await;
        browser.show_tab(&first).await;
        browser.sees("They are yours").await;
        assert!(!browser.offers("Pay").await);
        // The other direction: the end of an order that both tabs show as open.
        let order = orders_one(browser, &ticket).await;
        browser.show_tab(&second).await;
        browser.open_page(&order).await;
        browser.sees("These are yours for now").await;
        browser.click("Cancel the order").await;
        browser.sees("This order was cancelled").await;
        browser.show_tab(&first).await;
        browser.sees("This order was cancelled").await;
    })
    .await;
}
