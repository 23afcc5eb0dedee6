//! Auth behind a proxy, with requests from any client address.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use auth::Settings;
use auth::hashing::Cost;
use reqwest::Method;
use serde_json::{Value, json};
use service::Platform;
use store::Engine;
use testing::{Platforms, Reply, TestApp, User};
use web::RateLimits;

/// Password of all accounts.
pub(crate) const RIGHT: &str = "a fine password";

pub(crate) struct ProxiedAuth {
    pub(crate) app: TestApp,
}

/// The minimum cost of argon2.
pub(crate) fn cheap() -> Settings {
    Settings { hashing: Cost { memory_kib: 8, passes: 1 }, ..Settings::default() }
}

impl ProxiedAuth {
    pub(crate) async fn open() -> Self {
        Self::open_on(Engine::memory(), &Platforms::in_memory()).await
    }

    pub(crate) async fn open_on(engine: Engine, platforms: &Platforms) -> Self {
        Self::open_with(engine, platforms, cheap()).await
    }

    pub(crate) async fn open_with(
        engine: Engine,
        platforms: &Platforms,
        settings: Settings,
    ) -> Self {
        let sessions = platforms.sessions();
        let platform = platforms.platform_with(auth::NAME, sessions.clone());
        let platform = Platform { engine, ..platform };
        let service = auth::service(platform, &platforms.key, settings).await.unwrap();
        let limits = RateLimits { trusted_proxies: 1, ..RateLimits::default() };
        Self { app: TestApp::start_within(platforms, sessions, vec![service], limits) }
    }

    pub(crate) async fn post(
        &self,
        address: &str,
        path: &str,
        body: &Value,
        cookie: Option<&str>,
    ) -> Reply {
        let request = self.app.request(Method::POST, path, None);
        let request = request.header("X-Forwarded-For", address);
        let request = match cookie {
            Some(cookie) => request.header("Cookie", cookie),
            None => request,
        };
        self.app.send(request.json(body)).await
    }

    pub(crate) async fn sign_in(
        &self,
        address: &str,
        email: &str,
        password: &str,
        cookie: Option<&str>,
    ) -> Reply {
        let body = json!({"email": email, "password": password});
        self.post(address, "/api/users/signin", &body, cookie).await
    }

    pub(crate) async fn sign_up(&self, address: &str, email: &str) -> Reply {
        let body = json!({"email": email, "password": RIGHT});
        self.post(address, "/api/users/signup", &body, None).await
    }
}

/// The user that a response signs in.
pub(crate) fn user(reply: &Reply) -> User {
    let cookie = reply.header("set-cookie").split(';').next().unwrap().to_owned();
    User { id: reply.text("id").parse().unwrap(), cookie }
}
