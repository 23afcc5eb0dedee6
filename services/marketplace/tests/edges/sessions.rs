//! The routes that set session cookies, the account of each session, and the cookies of a request
//! that count.

use std::time::Duration;

use contract::session::TOKEN_LIFETIME_MAX;
use testing::Reply;

use crate::bad_inputs::{section_of, sections_of};
use crate::call::Call;
use crate::document::{Operation, operations};
use crate::fixture::Fixture;
use crate::table::Section;
use crate::test_marketplace::TestMarketplace;

/// Every route that sets a session cookie. A new one is added here, and the test of banned accounts
/// covers it.
const SETS_A_SESSION: [&str; 8] = [
    "GET /api/users/currentuser",
    "POST /api/users/email/confirm",
    "POST /api/users/password",
    "POST /api/users/renew",
    "POST /api/users/second-factor/confirm",
    "POST /api/users/signin",
    "POST /api/users/signup",
    "POST /api/users/signup/confirm",
];

/// Whether a response sets a token or a renewal secret in its browser.
fn sets_a_session(reply: &Reply) -> bool {
    let cookies = reply.cookies();
    let mut pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
    pairs.any(|(name, value)| matches!(name, "session" | "renewal") && !value.is_empty())
}

/// The account of a session: the sender, or the account that the body names.
fn owner(section: &Section) -> String {
    let about = section.about.clone().filter(|about| ["buyer", "seller"].contains(&about.as_str()));
    let sender = Some(section.sender.clone()).filter(|sender| sender != "anonymous");
    sender.or(about).unwrap_or_else(|| "buyer".to_owned())
}

/// Responses to the good requests of an operation, with the cookies of their owner, after half the
/// life of a token.
async fn answers(
    marketplace: &TestMarketplace,
    operation: &Operation,
    is_banned: bool,
) -> Vec<Reply> {
    let mut replies = Vec::new();
    for section in sections_of(operation) {
        let mut fixture = Fixture::new(marketplace);
        let half = TOKEN_LIFETIME_MAX / 2 + Duration::from_secs(1);
        let owner = owner(&section);
        if !is_banned {
            // Before the codes that the call contains.
            fixture.person(&owner).await;
            marketplace.app.clock().advance(half);
        }
        let call = Call::of(&section, None, &mut fixture).await;
        let owner = fixture.person(&owner).await;
        if is_banned {
            fixture.ban(&owner).await;
            marketplace.app.clock().advance(half);
        }
        let is_sign_up = operation.path.starts_with("/api/users/signup");
        if is_sign_up && is_banned && section.about.is_none() {
            // It creates a new account, which is not banned.
            continue;
        }
        replies.push(call.by(Some(&owner)).send(&fixture).await);
    }
    replies
}

#[tokio::test]
async fn only_the_listed_routes_set_session_cookies() {
    let marketplace = TestMarketplace::open().await;
    let mut found = Vec::new();
    for operation in operations(&marketplace).await {
        let replies = answers(&marketplace, &operation, false).await;
        if replies.iter().any(sets_a_session) {
            found.push(operation.name());
        }
    }
    found.sort();
    assert_eq!(found, SETS_A_SESSION);
}

#[tokio::test]
async fn no_route_opens_a_session_for_a_banned_account() {
    let marketplace = TestMarketplace::open().await;
    for operation in operations(&marketplace).await {
        for reply in answers(&marketplace, &operation, true).await {
            let name = operation.name();
            assert!(!sets_a_session(&reply), "{name}: {} {:?}", reply.status, reply.headers);
        }
    }
}

#[tokio::test]
async fn every_route_finds_a_session_behind_stale_and_foreign_cookies() {
    let marketplace = TestMarketplace::open().await;
    let mut tried = 0;
    for operation in operations(&marketplace).await {
        let section = section_of(&operation);
        if !operation.needs_session() || section.sender == "anonymous" {
            continue;
        }
        let mut fixture = Fixture::new(&marketplace);
        let call = Call::of(&section, None, &mut fixture).await;
        let stale = fixture.ended_session(&section.sender).await.cookie;
        let good = fixture.person(&section.sender).await.cookie;
        let others = "session=; renewal=; session=another program's; renewal=x";
        let cookies = format!("{others}; {stale}; {good}");
        let reply = call.with_header("Cookie", &cookies).send(&fixture).await;
        assert_eq!(reply.status, section.status, "{}: {}", operation.name(), reply.body);
        tried += 1;
    }
    assert!(tried >= 20, "only {tried} were tried");
}
