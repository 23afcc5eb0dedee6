//! A purchase without a mouse.

use serde_json::json;
use testing::browser::{Script, with_browser};
use testing::customer::PASSWORD;

use crate::marketplace::{fresh, marketplace, offer_ticket};

#[tokio::test]
async fn a_purchase_needs_the_keyboard_only() {
    let client = marketplace().await.client();
    let seller = client.sign_up(&fresh("seller")).await;
    let name = fresh("ann");
    client.sign_up(&name).await;
    let body = json!({"title": fresh("Keyboard"), "price": 5, "quantity": 5});
    let ticket = offer_ticket(&client, &seller, body).await;
    with_browser(client.base(), Script::On, async |browser| {
        browser.open_page(&format!("/tickets/{ticket}")).await;
        browser.tab_to("Skip to content").await;
        browser.press_enter().await;
        browser.tab_to("Sign in to buy").await;
        browser.press_enter().await;
        browser.arrives_at("/signin").await;
        browser.tab_to("E-mail address").await;
        browser.press(&format!("{name}@example.com")).await;
        browser.tab_to("Password").await;
        browser.press(PASSWORD).await;
        browser.press_enter().await;
        browser.arrives_at("/tickets/").await;
        browser.tab_to("Quantity").await;
        browser.press("2").await;
        browser.tab_to("Hold them for me").await;
        browser.press_enter().await;
        browser.arrives_at("/orders/").await;
        browser.sees("2 × Keyboard").await;
        browser.tab_to("Pay").await;
        browser.press_enter().await;
        browser.sees("They are yours").await;
    })
    .await;
}
