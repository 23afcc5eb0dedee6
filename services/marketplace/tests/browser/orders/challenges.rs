//! 3-D Secure: the payer confirms the payment on the page of the bank, which has a URL.

use provider_simulator::EntryKind::{Authorized, Captured};
use provider_simulator::Outcome;
use testing::browser::{Browser, Script, with_browser};

use super::stripe_site::{Challenges, StripeSite};

/// Pays with a card whose bank requires a confirmation.
async fn pays(browser: &Browser) {
    browser.choose("Test card that asks its bank").await;
    browser.click("Pay").await;
    browser.sees("Your bank asks you to confirm this payment.").await;
}

/// Pays, and follows the link to the page of the bank.
async fn goes_to_the_bank(browser: &Browser) {
    pays(browser).await;
    // The simulator refuses the request for an icon.
    browser.allow_status(401);
    browser.click("Confirm at your bank").await;
    browser.sees("3-D Secure, simulated").await;
}

#[tokio::test]
async fn a_confirmed_payment_leads_back_to_the_complete_order() {
    let site = StripeSite::start(Challenges::ByUrl, &[]).await;
    for script in [Script::Off, Script::On] {
        with_browser(site.client().base(), script, async |browser| {
            let order = site.order(browser).await;
            goes_to_the_bank(browser).await;
            browser.click("Yes, complete the payment").await;
            assert_eq!(browser.arrives_at("/orders/").await, order);
            browser.sees("They are yours").await;
        })
        .await;
    }
    assert_eq!(site.ledger(), [Authorized, Captured, Authorized, Captured]);
}

#[tokio::test]
async fn another_card_pays_after_a_failed_confirmation() {
    let site = StripeSite::start(Challenges::ByUrl, &[]).await;
    for script in [Script::Off, Script::On] {
        with_browser(site.client().base(), script, async |browser| {
            let order = site.order(browser).await;
            goes_to_the_bank(browser).await;
            browser.click("No, fail it").await;
            assert_eq!(browser.arrives_at("/orders/").await, order);
            browser.sees_alert("The payment was declined, and nothing was charged.").await;
            browser.choose("Test card that pays").await;
            browser.click("Pay").await;
            browser.sees("They are yours").await;
        })
        .await;
    }
    assert_eq!(site.ledger(), [Authorized, Captured, Authorized, Captured]);
}

#[tokio::test]
async fn a_page_shows_the_result_of_a_confirmation_on_another_device() {
    let site = StripeSite::start(Challenges::ByUrl, &[]).await;
    with_browser(site.client().base(), Script::On, async |browser| {
        site.order(browser).await;
        pays(browser).await;
        let violations = browser.accessibility_violations().await;
        assert!(violations.is_empty(), "{violations:#?}");
        site.end_challenge(Outcome::Failed);
        browser.sees_alert("The payment was declined, and nothing was charged.").await;
        pays(browser).await;
        site.end_challenge(Outcome::Succeeded);
        browser.sees("They are yours").await;
    })
    .await;
    assert_eq!(site.ledger(), [Authorized, Captured]);
}
