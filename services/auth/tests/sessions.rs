//! Sessions through HTTP: renewed during use, ended at once, and unaffected by a change of the key.

use std::collections::BTreeMap;
use std::time::Duration;

use auth::hashing::Cost;
use auth::{Settings, User};
use reqwest::Method;
use serde_json::{Value, json};
use service::{CurrentKey, SessionKey};
use testing::{Platforms, Reply};
use web::session::Jwk;

use crate::fixture::{ANN, AuthFixture, BOB, RIGHT, credentials, settings};

/// A minute above the lifetime of a token.
const PAST_TOKEN: Duration = Duration::from_mins(16);

/// A browser: stores cookies, sends them, and has a `User-Agent`.
#[derive(Default, Clone)]
struct Browser {
    agent: &'static str,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new(agent: &'static str) -> Self {
        Self { agent, cookies: BTreeMap::new() }
    }

    /// A browser with a session of a new account.
    async fn signed_up(app: &AuthFixture) -> Self {
        let mut browser = Self::default();
        browser.sign(app, "up").await.expect(201);
        browser
    }

    /// A browser with another session of that account.
    async fn signed_in(app: &AuthFixture) -> Self {
        let mut browser = Self::default();
        browser.sign(app, "in").await.expect(200);
        browser
    }

    async fn send(&mut self, app: &AuthFixture, method: Method, path: &str, body: Value) -> Reply {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = pairs.collect::<Vec<_>>().join("; ");
        let request = app.with_cookies(method, path, &cookies);
        let request = request.header("User-Agent", self.agent);
        let reply = app.send(if body.is_null() { request } else { request.json(&body) }).await;
        for cookie in reply.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.remove(name);
            if !value.is_empty() {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    async fn sign(&mut self, app: &AuthFixture, way: &str) -> Reply {
        self.sign_as(ANN, app, way).await
    }

    async fn sign_as(&mut self, email: &str, app: &AuthFixture, way: &str) -> Reply {
        let body = credentials(email, RIGHT);
        self.send(app, Method::POST, &format!("/api/users/sign{way}"), body).await
    }

    /// POST with an empty object to a route of auth.
    async fn post(&mut self, app: &AuthFixture, path: &str) -> Reply {
        self.send(app, Method::POST, &format!("/api/users/{path}"), json!({})).await
    }

    async fn renew(&mut self, app: &AuthFixture) -> Reply {
        self.send(app, Method::POST, "/api/users/renew", Value::Null).await
    }

    async fn sessions(&mut self, app: &AuthFixture) -> Value {
        let reply = self.send(app, Method::GET, "/api/users/sessions", Value::Null).await;
        reply.expect(200).json()
    }

    async fn is_known(&mut self, app: &AuthFixture) -> bool {
        let reply = self.send(app, Method::GET, "/api/users/currentuser", Value::Null).await;
        reply.expect(200).at("currentUser").is_object()
    }

    /// The browser without the renewal cookie, which other services do not receive.
    fn elsewhere(&self) -> Self {
        let mut elsewhere = self.clone();
        elsewhere.cookies.remove("renewal");
        elsewhere
    }
}

#[tokio::test]
async fn a_session_outlives_its_token_and_ends_without_renewal() {
    let app = AuthFixture::open().await;
    let mut ann = Browser::signed_up(&app).await;
    app.clock().advance(PAST_TOKEN);
    assert!(!ann.elsewhere().is_known(&app).await, "the token has ended");
    ann.elsewhere().renew(&app).await.expect_problem(401, "not_signed_in");
    assert_eq!(ann.renew(&app).await.expect(200).text("email"), ANN);
    assert!(ann.elsewhere().is_known(&app).await);
    for _ in 0..29 {
        app.clock().advance(Duration::from_hours(23));
        ann.renew(&app).await.expect(200);
    }
    let mut idle = ann.clone();
    app.clock().advance(Duration::from_hours(24));
    idle.renew(&app).await.expect_problem(401, "not_signed_in");
    assert!(!idle.is_known(&app).await);
}

#[tokio::test]
async fn no_session_is_longer_than_the_longest() {
    let app = AuthFixture::open().await;
    let mut ann = Browser::signed_up(&app).await;
    for _ in 0..31 {
        app.clock().advance(Duration::from_hours(23));
        ann.renew(&app).await.expect(200);
    }
    app.clock().advance(Duration::from_hours(7));
    ann.renew(&app).await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn reading_the_current_user_renews_a_token_past_half_of_its_lifetime() {
    let app = AuthFixture::open().await;
    let mut ann = Browser::signed_up(&app).await;
    let token = |browser: &Browser| browser.cookies.get("session").cloned();
    let first = token(&ann);
    app.clock().advance(Duration::from_mins(7));
    assert!(ann.is_known(&app).await);
    assert_eq!(token(&ann), first, "there is time");
    app.clock().advance(Duration::from_mins(1));
    assert!(ann.is_known(&app).await);
    assert_ne!(token(&ann), first);
    app.clock().advance(PAST_TOKEN);
    assert!(ann.is_known(&app).await, "also when it is over");
}

#[tokio::test]
async fn ending_a_session_ends_its_renewal() {
    let app = AuthFixture::open().await;
    let mut ann = Browser::signed_up(&app).await;
    // By the secret alone: the token has ended, the session not.
    let mut lost = ann.clone();
    app.clock().advance(PAST_TOKEN);
    ann.post(&app, "signout").await.expect(200);
    assert!(ann.cookies.keys().eq(["device"]), "the device stays familiar");
    lost.renew(&app).await.expect_problem(401, "not_signed_in");
    for path in ["signout-everywhere", "password"] {
        let mut other = Browser::signed_in(&app).await;
        ann.sign(&app, "in").await.expect(200);
        let body = json!({"currentPassword": RIGHT, "newPassword": RIGHT});
        let body = if path == "password" { body } else { json!({}) };
        ann.send(&app, Method::POST, &format!("/api/users/{path}"), body).await.expect(204);
        other.renew(&app).await.expect_problem(401, "not_signed_in");
        assert_eq!(ann.is_known(&app).await, path == "password", "{path}");
    }
    let id = ann.renew(&app).await.expect(200).text("id");
    let ban = format!("/api/users/{id}/ban");
    app.post(Some(&app.admin()), &ban, &json!({})).await.expect(204);
    ann.renew(&app).await.expect_problem(401, "not_signed_in");
}

#[tokio::test]
async fn a_secret_of_one_session_renews_no_other() {
    let app = AuthFixture::open().await;
    let mut ann = Browser::signed_up(&app).await;
    let mut phone = Browser::signed_in(&app).await;
    let part = |browser: &Browser, at: usize| {
        browser.cookies["renewal"].split('.').nth(at).unwrap().to_owned()
    };
    let mixed = format!("{}.{}", part(&ann, 0), part(&phone, 1));
    for bad in [mixed, "0123456789abcdef01234567.".to_owned(), part(&ann, 0), String::new()] {
        let cookies = [("renewal".to_owned(), bad)].into();
        let mut thief = Browser { agent: "", cookies };
        thief.renew(&app).await.expect_problem(401, "not_signed_in");
        thief.post(&app, "signout").await.expect(200);
    }
    assert!(ann.is_known(&app).await && phone.is_known(&app).await);
}

/// A browser that sends these cookies, in this order.
async fn send_raw(
    app: &AuthFixture,
    method: Method,
    path: &str,
    cookies: &[(&str, &str)],
) -> Reply {
    let pairs: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    app.send(app.with_cookies(method, path, &pairs.join("; "))).await
}

/// The address of the account that a request with these cookies belongs to.
async fn shown_as(app: &AuthFixture, cookies: &[(&str, &str)]) -> String {
    let shown = send_raw(app, Method::GET, "/api/users/currentuser", cookies).await;
    shown.expect(200).text("currentUser/email")
}

#[tokio::test]
async fn a_renewal_beside_the_token_of_another_session_is_not_used() {
    let app = AuthFixture::open().await;
    let (ann, mut bob) = (Browser::signed_up(&app).await, Browser::default());
    bob.sign_as(BOB, &app, "up").await.expect(201);
    let phone = Browser::signed_in(&app).await;
    app.clock().advance(Duration::from_mins(8));
    for other in [&bob, &phone] {
        let mut mixed = ann.clone();
        mixed.cookies.insert("renewal".to_owned(), other.cookies["renewal"].clone());
        let path = "/api/users/currentuser";
        let shown = mixed.send(&app, Method::GET, path, Value::Null).await.expect(200);
        assert_eq!(shown.text("currentUser/email"), ANN);
        assert_eq!(shown.header("set-cookie"), "", "nothing is renewed");
        mixed.renew(&app).await.expect_problem(401, "not_signed_in");
    }
    // Its own renewal is found among others.
    let (token, own) = (ann.cookies["session"].as_str(), ann.cookies["renewal"].as_str());
    let cookies =
        [("renewal", bob.cookies["renewal"].as_str()), ("session", token), ("renewal", own)];
    let shown = send_raw(&app, Method::GET, "/api/users/currentuser", &cookies).await.expect(200);
    assert_eq!(shown.text("currentUser/email"), ANN);
    assert!(shown.cookies().contains("renewal="), "renewed: {:?}", shown.headers);
    let renewed = send_raw(&app, Method::POST, "/api/users/renew", &cookies).await.expect(200);
    assert_eq!(renewed.text("email"), ANN);
}

#[tokio::test]
async fn a_renewal_of_another_account_beside_a_token_that_has_ended_is_not_used() {
    let app = AuthFixture::open().await;
    let (mut ann, mut bob) = (Browser::signed_up(&app).await, Browser::default());
    bob.sign_as(BOB, &app, "up").await.expect(201);
    let revoked = ann.clone();
    ann.post(&app, "signout").await.expect(200);
    ann.sign(&app, "in").await.expect(200);
    for minutes in [1, 16] {
        app.clock().advance(Duration::from_mins(minutes));
        for token in [&revoked, &ann].map(|browser| browser.cookies["session"].as_str()) {
            let (own, other) = (ann.cookies["renewal"].as_str(), bob.cookies["renewal"].as_str());
            let mixed = [("session", token), ("renewal", other)];
            assert_ne!(shown_as(&app, &mixed).await, BOB);
            let refused = send_raw(&app, Method::POST, "/api/users/renew", &mixed).await;
            refused.expect_problem(401, "not_signed_in");
            // Another session of the same account may be renewed, unless the token is valid.
            let both = [("session", token), ("renewal", other), ("renewal", own)];
            assert_eq!(shown_as(&app, &both).await, ANN);
        }
    }
    // Without a token any renewal counts.
    let alone = [("renewal", bob.cookies["renewal"].as_str())];
    assert_eq!(shown_as(&app, &alone).await, BOB);
}

#[tokio::test]
async fn of_several_cookies_of_one_name_each_is_tried() {
    let app = AuthFixture::open().await;
    let mut ann = Browser::signed_up(&app).await;
    let ended = ann.clone();
    ann.post(&app, "signout").await.expect(200);
    ann.sign(&app, "in").await.expect(200);
    for name in ["session", "renewal"] {
        let (old, new) = (ended.cookies[name].as_str(), ann.cookies[name].as_str());
        for other in ["", "another program's", "a=b", old] {
            for cookies in [[(name, other), (name, new)], [(name, new), (name, other)]] {
                assert_eq!(shown_as(&app, &cookies).await, ANN, "{cookies:?}");
            }
        }
        let cookies = [(name, ""), (name, "another program's"), (name, old), (name, new)];
        let (method, path) = match name {
            "session" => (Method::GET, "/api/users/sessions"),
            _ => (Method::POST, "/api/users/renew"),
        };
        send_raw(&app, method, path, &cookies).await.expect(200);
    }
}

#[tokio::test]
async fn signing_out_ends_every_session_that_the_request_carries() {
    let app = AuthFixture::open().await;
    let one = Browser::signed_up(&app).await;
    let two = Browser::signed_in(&app).await;
    let cookies: Vec<(&str, &str)> = [&one, &two]
        .into_iter()
        .flat_map(|browser| browser.cookies.iter())
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    send_raw(&app, Method::POST, "/api/users/signout", &cookies).await.expect(200);
    for mut browser in [one, two] {
        assert!(!browser.is_known(&app).await);
        browser.renew(&app).await.expect_problem(401, "not_signed_in");
    }
}

#[tokio::test]
async fn an_owner_lists_and_ends_each_session() {
    let app = AuthFixture::open().await;
    let (mut laptop, mut phone) = (Browser::new("Laptop/1.0"), Browser::new("Phone/2.0"));
    laptop.sign(&app, "up").await.expect(201);
    app.clock().advance(Duration::from_mins(1));
    phone.sign(&app, "in").await.expect(200);
    app.clock().advance(Duration::from_mins(1));
    laptop.renew(&app).await.expect(200);
    let listed = laptop.sessions(&app).await;
    let of = |at: usize, field: &str| listed[at][field].clone();
    assert_eq!((of(0, "device"), of(1, "device")), (json!("Phone/2.0"), json!("Laptop/1.0")));
    assert_eq!((of(0, "isCurrent"), of(1, "isCurrent")), (json!(false), json!(true)));
    assert_eq!(of(0, "lastSeenAt"), of(0, "createdAt"));
    assert_ne!(of(1, "lastSeenAt"), of(1, "createdAt"));
    let path = |at: usize| format!("/api/users/sessions/{}", listed[at]["id"].as_str().unwrap());
    let stranger = app.user();
    app.delete(Some(&stranger), &path(0)).await.expect_problem(404, "not_found");
    for _ in 0..2 {
        laptop.send(&app, Method::DELETE, &path(0), Value::Null).await.expect(204);
    }
    assert!(!phone.elsewhere().is_known(&app).await, "at once");
    phone.renew(&app).await.expect_problem(401, "not_signed_in");
    assert_eq!(laptop.sessions(&app).await.as_array().unwrap().len(), 1);
    let ended = laptop.send(&app, Method::DELETE, &path(1), Value::Null).await.expect(204);
    assert_eq!(ended.headers.get_all("set-cookie").iter().count(), 2);
    assert!(laptop.cookies.keys().eq(["device"]), "the device stays familiar");
}

#[tokio::test]
async fn a_new_key_ends_no_session() {
    let platforms = Platforms::in_memory();
    let (old, new) = (platforms.key.clone(), SessionKey::from_secret(&[9; 32]));
    let current = CurrentKey::from(&old);
    let sessions = platforms.sessions();
    let platform = platforms.platform_with(auth::NAME, sessions.clone());
    let app = AuthFixture::start(&platforms, platform, current.clone(), settings()).await;
    let key_ids = async || {
        let shown = app.get(None, "/.well-known/jwks.json").await.expect(200);
        assert_eq!(shown.header("cache-control"), "public, max-age=60");
        let keys = shown.at("keys");
        let ids = keys.as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap());
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    let id = |key: &SessionKey| Jwk::of(&key.public_key()).kid;
    assert_eq!(key_ids().await, [id(&old)]);
    let mut early = Browser::signed_up(&app).await;
    sessions.verifier.accept(&[old.public_key(), new.public_key()]);
    current.set(new.clone());
    assert_eq!(key_ids().await, [id(&old), id(&new)]);
    let late = Browser::signed_in(&app).await;
    assert!(early.elsewhere().is_known(&app).await && late.elsewhere().is_known(&app).await);
    sessions.verifier.accept(&[new.public_key()]);
    assert!(!early.elsewhere().is_known(&app).await);
    assert!(late.elsewhere().is_known(&app).await);
    early.renew(&app).await.expect(200);
    assert!(early.elsewhere().is_known(&app).await);
}

#[tokio::test]
async fn a_password_is_hashed_anew_when_the_parameters_have_changed() {
    let (platforms, app) = AuthFixture::with_platforms().await;
    let id = Browser::new("").sign(&app, "up").await.expect(201).text("id");
    let hash = async |app: &AuthFixture| {
        let user = app.store(auth::NAME).find::<User>(&id).await.unwrap().unwrap();
        (user.password_hash, user.epoch)
    };
    let before = hash(&app).await;
    Browser::new("").sign(&app, "in").await.expect(200);
    assert_eq!(hash(&app).await, before, "nothing has changed");
    app.0.stop().await;
    let settings = Settings { hashing: Cost { memory_kib: 16, passes: 2 }, ..settings() };
    let platform = platforms.platform(auth::NAME);
    let app = AuthFixture::start(&platforms, platform, &platforms.key, settings).await;
    app.sign_in(ANN, "another password").await.expect_problem(401, "bad_credentials");
    assert_eq!(hash(&app).await, before, "not for whoever does not know it");
    let (mut one, mut two) = (Browser::new(""), Browser::new(""));
    let at_once = futures::join!(one.sign(&app, "in"), two.sign(&app, "in"));
    at_once.0.expect(200);
    at_once.1.expect(200);
    let (hashed, epoch) = hash(&app).await;
    assert!(hashed.contains("$m=16,t=2,p=1$"), "{hashed}");
    assert_eq!(epoch, before.1, "and nobody is signed out");
    Browser::new("").sign(&app, "in").await.expect(200);
}
