//! Sessions, languages, and pages that do not exist.

use serde_json::json;
use testing::browser::{Browser, Script, with_browser};
use testing::customer::PASSWORD;

use crate::marketplace::{fresh, marketplace};
use crate::percent_encoding::percent_encoded;

/// Values of `return` that lead to other sites, or run a script, in one browser or another.
const OTHER_SITES: [&str; 6] = [
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "/orders@evil.example:80/../\\\\evil.example",
];

async fn sign_in(browser: &Browser, name: &str) {
    browser.fill("E-mail address", &format!("{name}@example.com")).await;
    browser.fill("Password", PASSWORD).await;
    browser.click("Sign in").await;
}

#[tokio::test]
async fn a_session_that_ended_elsewhere_leads_to_sign_in_and_back() {
    let client = marketplace().await.client();
    let name = fresh("ann");
    let ann = client.sign_up(&name).await;
    with_browser(client.base(), Script::On, async |browser| {
        browser.sign_in_as(&ann).await;
        browser.open_page("/orders").await;
        browser.sees("You have not ordered anything yet.").await;
        let signed_out = client.post(Some(&ann), "/api/users/signout", &json!({})).await;
        assert!(signed_out.status < 300, "{}", signed_out.body);
        let leads_to_sign_in = async || {
            browser.open_page("/orders").await;
            browser.path().await.starts_with("/signin")
        };
        browser.until("the session has ended in this service", leads_to_sign_in).await;
        browser.sees("Welcome back").await;
        sign_in(browser, &name).await;
        browser.arrives_at("/orders").await;
        browser.click("Sign out").await;
        browser.sees("Sign in").await;
    })
    .await;
}

#[tokio::test]
async fn sign_in_returns_to_pages_of_this_site_only() {
    let client = marketplace().await.client();
    let name = fresh("ann");
    client.sign_up(&name).await;
    for script in [Script::Off, Script::On] {
        with_browser(client.base(), script, async |browser| {
            for place in OTHER_SITES {
                browser.open_page(&format!("/signin?return={}", percent_encoded(place))).await;
                sign_in(browser, &name).await;
                browser.sees("Sign out").await;
                assert_eq!(browser.path().await, "/", "{place}");
                browser.shows_no_dialog().await;
                browser.forget_cookies().await;
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_wrong_password_keeps_the_address_and_the_way_back() {
    let client = marketplace().await.client();
    let name = fresh("ann");
    client.sign_up(&name).await;
    with_browser(client.base(), Script::Off, async |browser| {
        browser.allow_status(422);
        browser.open_page("/signin?return=/orders").await;
        browser.fill("E-mail address", &format!("{name}@example.com")).await;
        browser.fill("Password", "another password").await;
        browser.click("Sign in").await;
        browser.sees("The e-mail address or the password is wrong.").await;
        assert_eq!(browser.content("E-mail address").await, format!("{name}@example.com"));
        assert_eq!(browser.content("Password").await, "");
        browser.fill("Password", PASSWORD).await;
        browser.click("Sign in").await;
        browser.arrives_at("/orders").await;
    })
    .await;
}

#[tokio::test]
async fn a_page_that_does_not_exist_leads_to_the_list() {
    let client = marketplace().await.client();
    with_browser(client.base(), Script::On, async |browser| {
        for path in ["/nothing", "/shows/1", "/tickets/0190a1b2-0000-7000-8000-000000000000"] {
            browser.open_refused(path, 404).await;
            browser.sees("This page does not exist.").await;
        }
        browser.click("All events").await;
        browser.arrives_at("/").await;
    })
    .await;
}

#[tokio::test]
async fn a_chosen_language_remains_and_the_page_stays() {
    let client = marketplace().await.client();
    for script in [Script::Off, Script::On] {
        with_browser(client.base(), script, async |browser| {
            browser.open_page("/?q=opera&sort=newest").await;
            browser.click("Deutsch").await;
            browser.sees("Nichts gefunden.").await;
            assert_eq!(browser.path().await, "/?q=opera&sort=newest");
            assert_eq!(browser.run("return document.documentElement.lang", &[]).await, "de");
            browser.open_page("/signin").await;
            browser.sees("Willkommen zurück").await;
            browser.click("English").await;
            browser.sees("Welcome back").await;
        })
        .await;
    }
}
