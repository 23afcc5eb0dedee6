//! From sign-up to a verified account, and back after a forgotten password: by mails and pages alone.

use testing::browser::{Browser, PHONE, Scheme, Script, with_browser};
use testing::customer::PASSWORD;

use crate::kept_mails::follow;
use crate::marketplace::{Marketplace, directory, fresh, marketplace, offer_show, show};

/// Mails, and the pages of their links.
const SIGN_UP: (&str, &str) = ("Confirm your e-mail address", "/signup/confirm/");
const VERIFY: (&str, &str) = ("Verify your e-mail address", "/account/email/");
const CHANGE: (&str, &str) = ("Confirm your new e-mail address", "/account/email/");
const CHANGED: (&str, &str) = ("Your e-mail address was changed", "/account/email/undo/");
const RESET: (&str, &str) = ("Set a new password", "/password/");

const OTHER_PASSWORD: &str = "a password of four words";

async fn signs_up(browser: &Browser, address: &str) {
    browser.open_page("/signup").await;
    browser.fill("E-mail address", address).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign up").await;
}

async fn signs_in(browser: &Browser, address: &str, password: &str) {
    browser.sees("Welcome back").await;
    browser.fill("E-mail address", address).await;
    browser.fill("Password", password).await;
    browser.click("Sign in").await;
}

/// Fails the test if the page violates a rule of accessibility.
async fn is_accessible(browser: &Browser, script: Script) {
    if script == Script::On {
        browser.set_screen(PHONE, Scheme::Light).await;
        assert_eq!(browser.accessibility_violations().await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_sign_up_by_mail_leads_to_an_account_that_may_trade() {
    let data = directory();
    let marketplace = Marketplace::start(data.path(), &["--verified-to-trade", "on"]).await;
    let base = marketplace.client().base().to_owned();
    for script in [Script::Off, Script::On] {
        let address = format!("{}@example.com", fresh("by-mail"));
        with_browser(&base, script, async |browser| {
            browser.allow_status(422);
            signs_up(browser, &address).await;
            browser.arrives_at("/signup").await;
            browser.sees("Check your mail").await;
            is_accessible(browser, script).await;
            follow(browser, SIGN_UP, &address).await;
            is_accessible(browser, script).await;
            browser.fill("Password", "another password").await;
            browser.click("Create the account").await;
            browser.sees("This is not the password of the sign-up.").await;
            browser.fill("Password", PASSWORD).await;
            browser.click("Create the account").await;
            browser.sees("Sign out").await;
            assert_eq!(browser.path().await, "/");
            browser.open_page("/account/email").await;
            browser.sees("Receipts and mails about your account go here.").await;
            assert!(!browser.text().await.contains("Confirm the e-mail address"));
        })
        .await;
    }
    marketplace.stop().await;
}

#[tokio::test]
async fn a_used_link_of_a_sign_up_ends_and_the_owner_of_an_account_receives_a_mail() {
    let data = directory();
    let marketplace = Marketplace::start(data.path(), &["--verified-to-trade", "on"]).await;
    let base = marketplace.client().base().to_owned();
    with_browser(&base, Script::On, async |browser| {
        browser.allow_status(409);
        signs_up(browser, "twice@example.com").await;
        browser.sees("Check your mail").await;
        let link = follow(browser, SIGN_UP, "twice@example.com").await;
        browser.fill("Password", PASSWORD).await;
        browser.click("Create the account").await;
        browser.sees("Sign out").await;
        browser.open_page(&link).await;
        browser.fill("Password", PASSWORD).await;
        browser.click("Create the account").await;
        browser.sees("This link has no effect any more").await;
        is_accessible(browser, Script::On).await;
        browser.forget_cookies().await;
        signs_up(browser, "twice@example.com").await;
        browser.sees("Check your mail").await;
        follow(browser, ("You already have an account", "/signin"), "twice@example.com").await;
        browser.sees("Welcome back").await;
    })
    .await;
    marketplace.stop().await;
}

#[tokio::test]
async fn an_account_verifies_and_changes_its_address_and_the_earlier_one_undoes_it() {
    let client = marketplace().await.client();
    for script in [Script::Off, Script::On] {
        let address = format!("{}@example.com", fresh("verified"));
        let other = format!("{}@example.com", fresh("thief"));
        with_browser(client.base(), script, async |browser| {
            signs_up(browser, &address).await;
            browser.sees("Your e-mail address is not confirmed yet.").await;
            browser.click("Confirm the e-mail address").await;
            browser.arrives_at("/account/email").await;
            browser.click("Send the link again").await;
            browser.sees("A mail with a link is on its way.").await;
            // In a browser that is signed out: sign-in leads back to the link.
            browser.forget_cookies().await;
            let link = follow(browser, VERIFY, &address).await;
            signs_in(browser, &address, PASSWORD).await;
            browser.arrives_at(&link).await;
            is_accessible(browser, script).await;
            browser.click("Confirm the address").await;
            browser.sees("Your e-mail address is confirmed.").await;
            browser.fill("New e-mail address", &other).await;
            browser.fill("Current password", PASSWORD).await;
            browser.click("Change the address").await;
            browser.sees("A mail to the new address is on its way.").await;
            follow(browser, CHANGE, &other).await;
            browser.click("Confirm the address").await;
            browser.sees(&format!("Signed in as {other}")).await;
            follow(browser, CHANGED, &address).await;
            is_accessible(browser, script).await;
            browser.click("Restore the earlier address").await;
            browser.sees("Your earlier address is restored").await;
            follow(browser, RESET, &address).await;
            browser.fill("New password", OTHER_PASSWORD).await;
            browser.click("Save the password").await;
            signs_in(browser, &address, OTHER_PASSWORD).await;
            browser.sees("Sign out").await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_mail() {
    let client = marketplace().await.client();
    for script in [Script::Off, Script::On] {
        let name = fresh("forgetful");
        let address = format!("{name}@example.com");
        client.sign_up(&name).await;
        with_browser(client.base(), script, async |browser| {
            browser.allow_status(409);
            browser.open_page("/signin?return=/orders").await;
            browser.click("Forgot your password?").await;
            browser.arrives_at("/password").await;
            is_accessible(browser, script).await;
            browser.fill("E-mail address", &address).await;
            browser.click("Send the link").await;
            browser.sees("If this address has an account, a mail is on its way.").await;
            let link = follow(browser, RESET, &address).await;
            is_accessible(browser, script).await;
            browser.fill("New password", OTHER_PASSWORD).await;
            browser.click("Save the password").await;
            browser.sees("The password is changed and every session has ended.").await;
            signs_in(browser, &address, OTHER_PASSWORD).await;
            browser.sees("Sign out").await;
            browser.open_page(&link).await;
            browser.fill("New password", OTHER_PASSWORD).await;
            browser.click("Save the password").await;
            browser.sees("This link has no effect any more").await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_mail_has_the_language_of_the_pages() {
    let client = marketplace().await.client();
    let address = format!("{}@example.com", fresh("german"));
    with_browser(client.base(), Script::Off, async |browser| {
        browser.open_page("/signup").await;
        browser.click("Deutsch").await;
        browser.fill("E-Mail-Adresse", &address).await;
        browser.fill("Passwort", PASSWORD).await;
        browser.click("Registrieren").await;
        browser.sees("Deine E-Mail-Adresse ist noch nicht bestätigt.").await;
        follow(browser, ("Bestätige deine E-Mail-Adresse", "/account/email/"), &address).await;
        browser.click("Adresse bestätigen").await;
        browser.sees("Deine E-Mail-Adresse ist bestätigt.").await;
    })
    .await;
}

#[tokio::test]
async fn a_link_for_another_account_is_refused_with_the_reason() {
    let client = marketplace().await.client();
    let (owner, other) = (fresh("owner"), fresh("other"));
    client.sign_up(&owner).await;
    let other = client.sign_up(&other).await;
    with_browser(client.base(), Script::On, async |browser| {
        browser.allow_status(409);
        browser.sign_in_as(&other).await;
        follow(browser, VERIFY, &format!("{owner}@example.com")).await;
        browser.click("Confirm the address").await;
        browser.sees("This link is for another account").await;
        is_accessible(browser, Script::On).await;
    })
    .await;
}

#[tokio::test]
async fn mails_are_chosen_in_the_account() {
    let client = marketplace().await.client();
    let user = client.sign_up(&fresh("reader")).await;
    with_browser(client.base(), Script::Off, async |browser| {
        browser.sign_in_as(&user).await;
        browser.open_page("/account/mail").await;
        browser.choose("About my sales").await;
        browser.click("Save").await;
        browser.sees("Saved which mails you receive.").await;
        let chosen = client.get(Some(&user), "/api/mail/preferences").await;
        assert!(!chosen.at("sales").as_bool().unwrap(), "{}", chosen.body);
        assert!(chosen.at("showChanges").as_bool().unwrap(), "{}", chosen.body);
    })
    .await;
}

#[tokio::test]
async fn an_unverified_account_that_orders_is_led_to_its_address() {
    let data = directory();
    let offering = Marketplace::start(data.path(), &["--verified-to-trade", "off"]).await;
    let client = offering.client();
    let (seller, name) = (client.sign_up("seller").await, fresh("unverified"));
    client.sign_up(&name).await;
    let id = offer_show(&client, &seller, show("Verified buyers")).await;
    offering.stop().await;
    let marketplace = Marketplace::start(data.path(), &["--verified-to-trade", "on"]).await;
    let address = format!("{name}@example.com");
    with_browser(marketplace.client().base(), Script::On, async |browser| {
        browser.allow_status(403);
        browser.open_page(&format!("/signin?return=/shows/{id}")).await;
        signs_in(browser, &address, PASSWORD).await;
        browser.sees("Confirm your e-mail address to buy and sell tickets.").await;
        browser.fill("Stalls", "1").await;
        browser.click("Hold them for me").await;
        browser.sees_alert("Before you buy or sell").await;
        is_accessible(browser, Script::On).await;
        browser.click("Confirm the e-mail address").await;
        browser.arrives_at("/account/email").await;
        follow(browser, VERIFY, &address).await;
        browser.click("Confirm the address").await;
        browser.sees("Your e-mail address is confirmed.").await;
        browser.open_page(&format!("/shows/{id}")).await;
        browser.fill("Stalls", "1").await;
        browser.click("Hold them for me").await;
        browser.sees("These are yours for now").await;
    })
    .await;
    marketplace.stop().await;
}
