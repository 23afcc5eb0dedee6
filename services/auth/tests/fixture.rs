//! Auth behind a proxy, with the minimum cost of hashing, and requests of browsers.

use std::ops::Deref;

use auth::Settings;
use auth::hashing::Cost;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use service::{CurrentKey, Platform};
use store::Engine;
use testing::{Platforms, Reply, TestApp, User};
use web::RateLimits;

pub(crate) const ANN: &str = "ann@example.com";
pub(crate) const BOB: &str = "bob@example.com";

/// Password of all accounts.
pub(crate) const RIGHT: &str = "a fine password";

pub(crate) const HOME: &str = "192.0.2.1";
pub(crate) const ELSEWHERE: &str = "198.51.100.7";

pub(crate) const CHEAP: Cost = Cost { memory_kib: 8, passes: 1 };

pub(crate) fn settings() -> Settings {
    Settings { hashing: CHEAP, ..Settings::default() }
}

pub(crate) struct AuthFixture(pub(crate) TestApp);

impl Deref for AuthFixture {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.0
    }
}

impl AuthFixture {
    pub(crate) async fn open() -> Self {
        Self::open_with(settings()).await
    }

    pub(crate) async fn open_with(settings: Settings) -> Self {
        let platforms = Platforms::in_memory();
        Self::start(&platforms, platforms.platform(auth::NAME), &platforms.key, settings).await
    }

    pub(crate) async fn with_platforms() -> (Platforms, Self) {
        let platforms = Platforms::in_memory();
        let app = Self::open_on(&platforms).await;
        (platforms, app)
    }

    pub(crate) async fn open_on(platforms: &Platforms) -> Self {
        Self::start(platforms, platforms.platform(auth::NAME), &platforms.key, settings()).await
    }

    /// Two replicas on an engine that they share, with revocations of their own.
    pub(crate) async fn replicas(platforms: &Platforms) -> (Self, Self) {
        let engine = Engine::shared_memory();
        let replica = || async {
            let platform = platforms.platform(auth::NAME);
            let platform = Platform { engine: engine.clone(), ..platform };
            Self::start(platforms, platform, &platforms.key, settings()).await
        };
        (replica().await, replica().await)
    }

    pub(crate) async fn start(
        platforms: &Platforms,
        platform: Platform,
        key: impl Into<CurrentKey>,
        settings: Settings,
    ) -> Self {
        let sessions = platform.sessions.clone();
        let service = auth::service(platform, key, settings).await.unwrap();
        let limits = RateLimits { trusted_proxies: 1, ..RateLimits::default() };
        Self(TestApp::start_within(platforms, sessions, vec![service], limits))
    }

    /// A request with exactly these cookies.
    pub(crate) fn with_cookies(&self, method: Method, path: &str, cookies: &str) -> RequestBuilder {
        self.request(method, path, None).header("Cookie", cookies)
    }

    pub(crate) async fn sign_up(&self, email: &str, password: &str) -> Reply {
        self.post(None, "/api/users/signup", &credentials(email, password)).await
    }

    pub(crate) async fn sign_up_keyed(&self, key: &str, email: &str, password: &str) -> Reply {
        let request = self.request(Method::POST, "/api/users/signup", None);
        let request = request.header("Idempotency-Key", key);
        self.send(request.json(&credentials(email, password))).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.post(None, "/api/users/signin", &credentials(email, password)).await
    }

    pub(crate) async fn sign_up_from(&self, address: &str, email: &str) -> Reply {
        self.post_from(address, None, "/api/users/signup", &credentials(email, RIGHT)).await
    }

    pub(crate) async fn sign_in_from(&self, address: &str, email: &str, password: &str) -> Reply {
        self.post_from(address, None, "/api/users/signin", &credentials(email, password)).await
    }

    /// Signs in from an address with a cookie.
    pub(crate) async fn sign_in_with(
        &self,
        address: &str,
        email: &str,
        password: &str,
        cookie: &str,
    ) -> Reply {
        let request = self.with_cookies(Method::POST, "/api/users/signin", cookie);
        let request = request.header("X-Forwarded-For", address);
        self.send(request.json(&credentials(email, password))).await
    }

    /// Guesses Ann's password wrong until a guess has to wait; returns the number of guesses.
    pub(crate) async fn guess_until_refused(&self, address: &str, cookie: &str) -> usize {
        for guessed in 0..100 {
            let guess = self.sign_in_with(address, ANN, "wrong", cookie).await;
            if guess.status == 429 {
                guess.expect_problem(429, "too_many_requests");
                return guessed;
            }
            guess.expect_problem(401, "bad_credentials");
        }
        panic!("nothing was refused")
    }

    /// A new account, signed in.
    pub(crate) async fn account(&self, email: &str) -> User {
        signed_in(&self.sign_up(email, RIGHT).await.expect(201))
    }

    /// Bans an account, or another change of it by an administrator.
    pub(crate) async fn change(&self, by: &User, of: &User, what: &str) -> Reply {
        self.post(Some(by), &format!("/api/users/{}/{what}", of.id), &json!({})).await
    }

    /// The user of the session, as `currentuser` returns it.
    pub(crate) async fn current(&self, user: &User) -> Value {
        self.get(Some(user), "/api/users/currentuser").await.expect(200).at("currentUser")
    }
}

pub(crate) fn credentials(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password})
}

/// The user that a response signs in, with the session cookie only.
pub(crate) fn signed_in(reply: &Reply) -> User {
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    User { id: reply.text("id").parse().unwrap(), cookie }
}

/// The same, with all cookies of the response.
pub(crate) fn browser(reply: &Reply) -> User {
    User { cookie: reply.cookies(), ..signed_in(reply) }
}
