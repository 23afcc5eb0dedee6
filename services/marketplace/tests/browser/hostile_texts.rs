//! Texts of sellers and of URLs that are markup or script: pages show them as text.

use serde_json::{Value, json};
use testing::browser::{Browser, Script, with_browser};

use crate::marketplace::{fresh, marketplace, offer_show, offer_ticket};
use crate::percent_encoding::percent_encoded;

/// One payload a line; lines that begin with `#!` name the sources.
const PAYLOADS: &str = include_str!("payloads.txt");

/// Payloads of one show: one for each price category.
const CATEGORIES: usize = 10;

/// The fields of the structured data, and the elements that scripts of a payload would add.
const PAGE_STATE: &str = r#"
    const data = document.querySelector('script[type="application/ld+json"]');
    const foreign = 'iframe, object, embed, svg:not(.ring), math, base, marquee, video, audio';
    return [JSON.parse(data.textContent), document.querySelectorAll(foreign).length,
        document.querySelectorAll('script').length];"#;

fn payloads() -> Vec<&'static str> {
    PAYLOADS.lines().filter(|line| !line.starts_with("#!") && !line.is_empty()).collect()
}

#[test]
fn the_list_has_payloads_of_every_context() {
    assert!(payloads().len() >= 40, "{}", payloads().len());
}

#[tokio::test]
async fn hostile_texts_of_shows_are_shown_as_text() {
    let client = marketplace().await.client();
    let seller = client.sign_up(&fresh("seller")).await;
    with_browser(client.base(), Script::On, async |browser| {
        for group in payloads().chunks(CATEGORIES) {
            let category = |text: &&str| json!({"title": text, "description": text, "price": 5});
            let body = json!({
                "title": group[group.len() - 1], "description": group.join("\n"),
                "startsAt": "2035-06-01T18:00:00Z",
                "venue": {
                    "name": group[0], "address": group[0], "timeZone": "Europe/Berlin",
                },
                "tickets": group.iter().map(category).collect::<Vec<Value>>(),
            });
            let id = offer_show(&client, &seller, body).await;
            browser.open_page(&format!("/shows/{id}")).await;
            let data = shows_texts(browser, group).await;
            assert_eq!(data["name"], group[group.len() - 1]);
            let names = data["offers"].as_array().unwrap().iter();
            let mut names: Vec<&str> = names.map(|offer| offer["name"].as_str().unwrap()).collect();
            names.sort_unstable();
            let mut expected = group.to_vec();
            expected.sort_unstable();
            assert_eq!(names, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn hostile_texts_of_tickets_and_searches_are_shown_as_text() {
    let client = marketplace().await.client();
    let seller = client.sign_up(&fresh("seller")).await;
    with_browser(client.base(), Script::On, async |browser| {
        for text in payloads() {
            let body = json!({"title": text, "description": text, "venue": text, "price": 5});
            let id = offer_ticket(&client, &seller, body).await;
            browser.open_page(&format!("/tickets/{id}")).await;
            let data = shows_texts(browser, &[text]).await;
            assert_eq!(data["name"], text);
            let query = percent_encoded(text);
            browser.open_page(&format!("/?q={query}&from={query}&sort={query}")).await;
            browser.sees(&plain(text)).await;
            assert_eq!(browser.content("Search").await, text);
            browser.shows_no_dialog().await;
        }
    })
    .await;
}

/// Fails unless the page shows each text and nothing of it has run; returns the structured data.
async fn shows_texts(browser: &Browser, texts: &[&str]) -> Value {
    browser.shows_no_dialog().await;
    for text in texts {
        browser.sees(&plain(text)).await;
    }
    let state = browser.run(PAGE_STATE, &[]).await;
    assert_eq!(state[1], 0, "the page has elements of a text");
    assert_eq!(state[2], 2, "the page has other scripts than its own and its data");
    state[0].clone()
}

/// A text as a page shows it, with single spaces.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
