//! Two browsers at once: one buys, and the other one shows the stock.

use serde_json::json;
use testing::browser::{Browser, Script, with_browser};
use testing::{Client, User};

use crate::marketplace::{fresh, marketplace, offer_show, offer_ticket, show};

/// Marks the document: a page that is loaded again has no mark.
const MARK: &str = "globalThis.isMarked = true";

/// Whether the document is the marked one.
const IS_MARKED: &str = "return globalThis.isMarked === true";

/// Whether the quantity can still be chosen.
const CAN_CHOOSE: &str =
    "return [...document.querySelectorAll('input[type=number]')].some((input) => !input.disabled)";

/// Buys every unit in two orders, which another browser shows at a page without a reload.
async fn sells_out(client: &Client, buyer: &User, (offer, page): (&str, &str)) {
    with_browser(client.base(), Script::On, async |onlooker| {
        onlooker.open_page(page).await;
        onlooker.sees("3 left").await;
        onlooker.run(MARK, &[]).await;
        with_browser(client.base(), Script::On, async |browser| {
            browser.sign_in_as(buyer).await;
            buys(browser, offer, 1).await;
            onlooker.sees("2 left").await;
            buys(browser, offer, 2).await;
            onlooker.sees("Sold out").await;
        })
        .await;
        assert!(onlooker.run(IS_MARKED, &[]).await == true, "the page was loaded again");
        assert!(onlooker.run(CAN_CHOOSE, &[]).await == false, "a quantity can be chosen");
    })
    .await;
}

async fn buys(browser: &Browser, offer: &str, units: u32) {
    browser.open_page(offer).await;
    browser.fill("Quantity", &units.to_string()).await;
    browser.click("Hold them for me").await;
    browser.arrives_at("/orders/").await;
    browser.click("Pay").await;
    browser.sees("They are yours").await;
}

#[tokio::test]
async fn pages_of_offers_show_the_sale_to_others_until_nothing_is_left() {
    let client = marketplace().await.client();
    let (seller, buyer) =
        (client.sign_up(&fresh("seller")).await, client.sign_up(&fresh("buyer")).await);
    let mut body = show(&fresh("Onlooker"));
    body["tickets"] = json!([{"title": "Standing", "price": 20, "quantity": 3}]);
    let show = format!("/shows/{}", offer_show(&client, &seller, body).await);
    sells_out(&client, &buyer, (&show, &show)).await;
    let body = json!({"title": fresh("Onlooker"), "price": 20, "quantity": 3});
    let ticket = format!("/tickets/{}", offer_ticket(&client, &seller, body).await);
    sells_out(&client, &buyer, (&ticket, &ticket)).await;
}

#[tokio::test]
async fn the_list_shows_the_sale_to_others_until_nothing_is_left() {
    let client = marketplace().await.client();
    let (seller, buyer) =
        (client.sign_up(&fresh("seller")).await, client.sign_up(&fresh("buyer")).await);
    let title = fresh("Listed");
    let body = json!({"title": title, "price": 20, "quantity": 3});
    let ticket = format!("/tickets/{}", offer_ticket(&client, &seller, body).await);
    sells_out(&client, &buyer, (&ticket, &format!("/?q={title}"))).await;
}
