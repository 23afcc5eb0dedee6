//! Stripe's form of cards, with a substitute of Stripe's script: the browser reaches no other host.

use provider_simulator::EntryKind::{Authorized, Captured};
use provider_simulator::Outcome;
use testing::browser::{Browser, Script, with_browser};

use super::stripe_site::{Challenges, StripeSite};
use super::visitor::signs_up;

/// A substitute with the functions that pages call, and with the checks of their arguments.
const SUBSTITUTE: &str = include_str!("stripe_substitute.js");

/// The address of Stripe's script.
const SCRIPT: &str = "https://js.stripe.com/";

async fn with_substitute(site: &StripeSite, test: impl AsyncFnOnce(&Browser)) {
    with_browser(site.client().base(), Script::On, async |browser| {
        browser.allow_failed_requests(SCRIPT);
        browser.run_in_each_page(SUBSTITUTE).await;
        test(browser).await;
    })
    .await;
}

async fn with_card_form(site: &StripeSite, test: impl AsyncFnOnce(&Browser)) {
    with_substitute(site, async |browser| {
        site.order(browser).await;
        test(browser).await;
    })
    .await;
}

#[tokio::test]
async fn a_card_that_is_declined_is_followed_by_one_that_pays() {
    let site = StripeSite::start(Challenges::ByScript, &[]).await;
    with_card_form(&site, async |browser| {
        browser.click("Pay").await;
        browser.sees_alert("Your card number is incomplete.").await;
        browser.allow_status(402);
        browser.fill("Card number", "chargeDeclined").await;
        browser.click("Pay").await;
        browser.sees_alert("declined").await;
        browser.fill("Card number", "visa").await;
        browser.click("Pay").await;
        browser.sees("They are yours").await;
    })
    .await;
    assert_eq!(site.ledger(), [Authorized, Captured]);
}

#[tokio::test]
async fn a_payment_is_confirmed_through_the_script() {
    let site = StripeSite::start(Challenges::ByScript, &[]).await;
    with_card_form(&site, async |browser| {
        for outcome in [Outcome::Failed, Outcome::Succeeded] {
            browser.fill("Card number", "authenticationRequired").await;
            browser.click("Pay").await;
            browser.sees("Your bank asks you to confirm this payment.").await;
            browser.click("Confirm at your bank").await;
            browser.sees("The page of the bank").await;
            // The page that the payer arrives at waits for the outcome.
            if outcome == Outcome::Failed {
                browser.click("No, fail it").await;
                site.end_challenge(outcome);
                browser.sees_alert("The payment was declined, and nothing was charged.").await;
            } else {
                browser.click("Yes, complete the payment").await;
                site.end_challenge(outcome);
                browser.sees("They are yours").await;
            }
        }
    })
    .await;
    assert_eq!(site.ledger(), [Authorized, Captured]);
}

#[tokio::test]
async fn a_top_up_is_confirmed_through_the_script() {
    let site = StripeSite::start(Challenges::ByScript, &[]).await;
    with_substitute(&site, async |browser| {
        browser.open_page("/signin?return=/account").await;
        signs_up(browser).await;
        browser.arrives_at("/account").await;
        browser.fill("Amount", "20.50").await;
        browser.fill("Card number", "authenticationRequired").await;
        browser.click("Charge the card").await;
        browser.sees("Your bank asks you to confirm this payment.").await;
        browser.click("Confirm at your bank").await;
        browser.sees("The page of the bank").await;
        browser.click("Yes, complete the payment").await;
        site.end_challenge(Outcome::Succeeded);
        browser.arrives_at("/account?done=top-up").await;
        browser.sees("$20.50").await;
    })
    .await;
    assert_eq!(site.ledger(), [Authorized, Captured]);
}

#[tokio::test]
async fn a_page_whose_card_form_cannot_be_shown_has_a_sentence() {
    let site = StripeSite::start(Challenges::ByScript, &[]).await;
    for (script, sentence) in [
        (Script::On, "The card form cannot be shown. Please reload the page."),
        (Script::Off, "Paying by card needs JavaScript"),
    ] {
        with_browser(site.client().base(), script, async |browser| {
            browser.allow_failed_requests(SCRIPT);
            site.order(browser).await;
            browser.sees(sentence).await;
        })
        .await;
    }
}
