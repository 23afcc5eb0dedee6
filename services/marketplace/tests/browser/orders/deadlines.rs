//! Orders whose time to pay passes: without a payment, and with one that is confirmed late.

use futures::future::join;
use provider_simulator::EntryKind::{Authorized, Released};
use provider_simulator::Outcome;
use serde_json::json;
use testing::browser::{Browser, Script, with_browser};

use super::stripe_site::{Challenges, StripeSite};
use super::visitor::orders_one;
use crate::marketplace::{Marketplace, directory, fresh, offer_ticket};

/// Time to pay: long enough for a page and a payment on a machine that compiles concurrently.
const WINDOW: [&str; 4] = ["--order-window", "6s", "--payment-extension", "1s"];

/// Chooses a card whose payment the bank processes until the test ends it. No page offers it.
const SLOW_CARD: &str =
    "document.querySelector('[name=token]:checked').value = 'pm_card_simulator_processing'";

/// The text of the clock.
const CLOCK: &str = "return document.querySelector('[data-count]').textContent";

#[tokio::test]
async fn an_open_page_changes_when_its_order_expires() {
    let data = directory();
    let marketplace = Marketplace::start(data.path(), &WINDOW).await;
    let client = marketplace.client();
    let (seller, buyer) = (client.sign_up("seller").await, client.sign_up("buyer").await);
    let body = json!({"title": fresh("Deadline"), "price": 5, "quantity": 1});
    let ticket = format!("/tickets/{}", offer_ticket(&client, &seller, body).await);
    with_browser(client.base(), Script::On, async |browser| {
        browser.sign_in_as(&buyer).await;
        orders_one(browser, &ticket).await;
        assert!(browser.offers("Pay").await);
        let clock = browser.run(CLOCK, &[]).await;
        let has_moved = async || browser.run(CLOCK, &[]).await != clock;
        browser.until("the clock counts", has_moved).await;
        browser.sees("Time is up").await;
        browser.sees("Nothing was charged. The tickets are back on sale.").await;
        assert!(!browser.offers("Pay").await && !browser.offers("Cancel the order").await);
        browser.click("Order again").await;
        browser.arrives_at(&ticket).await;
        browser.sees("1 left").await;
    })
    .await;
}

/// Pays in time with a card whose bank decides late; the page shows the end of the order.
async fn pays_too_late(site: &StripeSite, browser: &Browser) {
    // The order may expire before the response to the payment.
    browser.allow_status(409);
    site.order(browser).await;
    browser.run(SLOW_CARD, &[]).await;
    browser.click("Pay").await;
    browser.sees("Time is up").await;
    browser.sees("Your payment was not confirmed in time.").await;
    assert!(!browser.offers("Pay").await);
}

#[tokio::test]
async fn a_payment_confirmed_late_is_returned_and_its_page_states_it() {
    let site = StripeSite::start(Challenges::ByUrl, &WINDOW).await;
    let client = site.client();
    with_browser(client.base(), Script::On, async |with| {
        with_browser(client.base(), Script::Off, async |without| {
            join(pays_too_late(&site, with), pays_too_late(&site, without)).await;
            site.end_processing(Outcome::Succeeded);
            for browser in [with, without] {
                browser.sees("A reserved or charged amount was returned in full.").await;
                browser.sees("Not charged").await;
            }
        })
        .await;
    })
    .await;
    assert_eq!(site.ledger(), [Authorized, Authorized, Released, Released]);
}
