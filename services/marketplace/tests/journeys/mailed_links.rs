//! Links of mails: sign-ups, verified addresses, forgotten passwords and changed addresses, with the
//! real service mail.

use auth::domain::Trading;
use reqwest::Method;
use serde_json::{Value, json};
use service::ServiceSettings;
use testing::customer::PASSWORD;
use testing::marketplace::Engines as _;
use testing::{Platforms, Reply, User};

use crate::test_marketplace::{TestMarketplace, open, open_with, restart_with};

const ANN: &str = "ann@example.com";
const NEW_ANN: &str = "new-ann@example.com";
const VERIFIES: &str = "/account/email/";
const UNDOES: &str = "/account/email/undo/";
const RESETS: &str = "/password/";
const SIGNS_UP: &str = "/signup/confirm/";
const NEW_PASSWORD: &str = "another fine password";

/// Settings with which only verified accounts may trade.
fn verified_to_trade() -> ServiceSettings {
    let mut settings = ServiceSettings::default();
    settings.change(|auth: &mut auth::Settings| auth.trading = Trading::Verified);
    settings
}

async fn sign_in(marketplace: &TestMarketplace, email: &str, password: &str) -> Reply {
    let body = json!({"email": email, "password": password});
    marketplace.post(None, "/api/users/signin", &body).await
}

async fn sign_up(marketplace: &TestMarketplace, email: &str) -> Reply {
    let body = json!({"email": email, "password": PASSWORD});
    marketplace.post(None, "/api/users/signup", &body).await
}

async fn forget(marketplace: &TestMarketplace, email: &str) -> Reply {
    let body = json!({"email": email});
    marketplace.post(None, "/api/users/password/forgotten", &body).await
}

async fn reset(marketplace: &TestMarketplace, token: &str) -> Reply {
    let body = json!({"token": token, "newPassword": NEW_PASSWORD});
    marketplace.post(None, "/api/users/password/reset", &body).await
}

async fn confirm(marketplace: &TestMarketplace, user: &User, token: &str) -> Reply {
    let body = json!({"token": token});
    marketplace.post(Some(user), "/api/users/email/confirm", &body).await
}

/// A response without the parts that differ in every response.
fn comparable(reply: &Reply) -> (u16, String, Vec<String>) {
    let own = ["x-request-id", "date"];
    let headers = reply.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    (reply.status, reply.body.clone(), headers.map(|header| format!("{header:?}")).collect())
}

/// The requests that need a verified address, and the statuses with which they are accepted.
fn trades(ticket: &str, own: &str) -> [(Method, String, Value, u16); 4] {
    let terms = json!({"title": "Concert", "price": 20.5, "quantity": 5});
    let show = json!({
        "title": "Opera",
        "venue": {"name": "Hall", "timeZone": "Europe/Berlin"},
        "startsAt": "2035-06-01T18:00:00Z",
        "tickets": [{"title": "Stalls", "price": 20.5, "quantity": 5}],
    });
    [
        (Method::POST, "/api/orders".to_owned(), json!({"ticketId": ticket}), 201),
        (Method::POST, "/api/tickets".to_owned(), terms.clone(), 201),
        (Method::POST, "/api/shows".to_owned(), show, 201),
        (Method::PUT, format!("/api/tickets/{own}"), terms, 200),
    ]
}

#[tokio::test]
async fn an_account_trades_once_its_address_is_verified() {
    let earlier = open().await;
    let (seller, ann) = (earlier.sign_up("seller").await, earlier.sign_up("ann").await);
    let ticket = earlier.offer(&seller, 5).await.to_string();
    let own = earlier.offer(&ann, 5).await.to_string();
    earlier.quiet().await;
    let marketplace = restart_with(earlier, verified_to_trade()).await;
    let ann = User::of(&sign_in(&marketplace, ANN, PASSWORD).await.expect(200));
    let elsewhere = User::of(&sign_in(&marketplace, ANN, PASSWORD).await.expect(200));
    let attempt = async |user: &User, (method, path, body, _): &(Method, String, Value, u16)| {
        let request = marketplace.request(method.clone(), path, Some(user)).json(body);
        marketplace.send(request).await
    };
    for refused in trades(&ticket, &own) {
        attempt(&ann, &refused).await.expect_problem(403, "address_unverified");
    }
    for path in [
        "/api/users/currentuser",
        "/api/tickets",
        "/api/shows",
        "/api/orders",
        "/api/payments/account",
        "/api/mail/preferences",
        &format!("/api/tickets/{ticket}"),
    ] {
        marketplace.get(Some(&ann), path).await.expect(200);
    }
    marketplace.post(Some(&ann), "/api/users/email/verify", &json!({})).await.expect(202);
    let token = marketplace.token_mailed_to(ANN, VERIFIES).await;
    let confirmed = confirm(&marketplace, &ann, &token).await.expect(200);
    assert_eq!(confirmed.at("isVerified"), json!(true));
    let ann = User::of(&confirmed);
    for accepted in trades(&ticket, &own) {
        attempt(&ann, &accepted).await.expect(accepted.3);
    }
    // Another session of the account has the right with its next token.
    let order = &trades(&ticket, &own)[0];
    attempt(&elsewhere, order).await.expect_problem(403, "address_unverified");
    let renewed = marketplace.post(Some(&elsewhere), "/api/users/renew", &json!({})).await;
    attempt(&User::of(&renewed.expect(200)), order).await.expect(201);
    confirm(&marketplace, &ann, &token).await.expect_problem(409, "link_ended");
}

#[tokio::test]
async fn a_sign_up_by_mail_creates_an_account_that_trades() {
    let marketplace = open_with(Platforms::in_memory(), verified_to_trade()).await;
    let first = sign_up(&marketplace, ANN).await.expect(202);
    assert_eq!(first.cookies(), "");
    let token = marketplace.token_mailed_to(ANN, SIGNS_UP).await;
    let body = json!({"token": token, "password": PASSWORD});
    let path = "/api/users/signup/confirm";
    let ann = User::of(&marketplace.post(None, path, &body).await.expect(201));
    marketplace.offer(&ann, 1).await;
    marketplace.post(None, path, &body).await.expect_problem(409, "link_ended");
    // The response does not reveal the account. Its owner receives a mail without a link.
    let again = sign_up(&marketplace, ANN).await;
    assert_eq!(comparable(&again), comparable(&first));
    let has_second = async || marketplace.mails_to(ANN).await.len() == 2;
    marketplace.eventually("a second mail has come", has_second).await;
    let newest = marketplace.mails_to(ANN).await.remove(0);
    let text = marketplace.mail(&newest).await;
    assert!(!text.contains(SIGNS_UP), "{text}");
    sign_in(&marketplace, ANN, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_once_by_its_link() {
    let marketplace = open().await;
    let ann = marketplace.sign_up("ann").await;
    let known = forget(&marketplace, ANN).await.expect(202);
    let unknown = forget(&marketplace, "nobody@example.com").await;
    assert_eq!(comparable(&unknown), comparable(&known));
    let first = marketplace.token_mailed_to(ANN, RESETS).await;
    forget(&marketplace, ANN).await.expect(202);
    let is_another = async || marketplace.token_mailed_to(ANN, RESETS).await != first;
    marketplace.eventually("another link is mailed", is_another).await;
    let second = marketplace.token_mailed_to(ANN, RESETS).await;
    assert_eq!(reset(&marketplace, &first).await.status, 204);
    for used in [&first, &second] {
        reset(&marketplace, used).await.expect_problem(409, "link_ended");
    }
    marketplace.quiet().await;
    marketplace.get(Some(&ann), "/api/orders").await.expect_problem(401, "not_signed_in");
    sign_in(&marketplace, ANN, PASSWORD).await.expect_problem(401, "bad_credentials");
    let ann = User::of(&sign_in(&marketplace, ANN, NEW_PASSWORD).await.expect(200));
    let current = marketplace.get(Some(&ann), "/api/users/currentuser").await.expect(200);
    assert_eq!(current.at("currentUser/isVerified"), json!(true));
    assert_eq!(marketplace.mails_to("nobody@example.com").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_changed_address_is_restored_by_the_reader_of_the_earlier_one() {
    let marketplace = open().await;
    marketplace.sign_up("ann").await;
    let other = marketplace.sign_up("other").await;
    let ann = User::of(&sign_in(&marketplace, ANN, PASSWORD).await.expect(200));
    let token = marketplace.token_mailed_to(ANN, VERIFIES).await;
    let ann = User::of(&confirm(&marketplace, &ann, &token).await.expect(200));
    let change = async |email: &str| {
        let body = json!({"email": email, "currentPassword": PASSWORD});
        marketplace.post(Some(&ann), "/api/users/email", &body).await
    };
    let free = change(NEW_ANN).await.expect(202);
    let occupied = change("other@example.com").await;
    assert_eq!(comparable(&occupied), comparable(&free));
    let token = marketplace.token_mailed_to(NEW_ANN, VERIFIES).await;
    confirm(&marketplace, &other, &token).await.expect_problem(409, "other_account");
    sign_in(&marketplace, NEW_ANN, PASSWORD).await.expect_problem(401, "bad_credentials");
    let changed = confirm(&marketplace, &ann, &token).await.expect(200);
    assert_eq!(changed.text("email"), NEW_ANN);
    confirm(&marketplace, &ann, &token).await.expect_problem(409, "link_ended");
    sign_in(&marketplace, ANN, PASSWORD).await.expect_problem(401, "bad_credentials");
    let thief = User::of(&sign_in(&marketplace, NEW_ANN, PASSWORD).await.expect(200));
    let undo = marketplace.token_mailed_to(ANN, UNDOES).await;
    let restore =
        async || marketplace.post(None, "/api/users/email/restore", &json!({"token": undo})).await;
    assert_eq!(restore().await.status, 204);
    restore().await.expect_problem(409, "link_ended");
    marketplace.quiet().await;
    marketplace.get(Some(&thief), "/api/orders").await.expect_problem(401, "not_signed_in");
    for email in [ANN, NEW_ANN] {
        sign_in(&marketplace, email, PASSWORD).await.expect_problem(401, "bad_credentials");
    }
    let token = marketplace.token_mailed_to(ANN, RESETS).await;
    assert_eq!(reset(&marketplace, &token).await.status, 204);
    sign_in(&marketplace, ANN, NEW_PASSWORD).await.expect(200);
}
