//! Actions of visitors that several tests need.

use testing::browser::Browser;
use testing::customer::PASSWORD;

use crate::marketplace::fresh;

/// Makes an account at the page of sign-in; its cookies are those that browsers receive.
pub(super) async fn signs_up(browser: &Browser) {
    browser.click("Sign up").await;
    browser.arrives_at("/signup").await;
    browser.fill("E-mail address", &format!("{}@example.com", fresh("visitor"))).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign up").await;
}

/// Orders one unit at the page of a ticket; returns the path of the order.
pub(super) async fn orders_one(browser: &Browser, ticket: &str) -> String {
    browser.open_page(ticket).await;
    browser.fill("Quantity", "1").await;
    browser.click("Hold them for me").await;
    let order = browser.arrives_at("/orders/").await;
    browser.sees("These are yours for now").await;
    order
}
