//! Requests of a person with an authenticator application.

use std::time::Duration;

use auth::domain::second_factor::{Secret, TimeStep};
use reqwest::Method;
use serde_json::{Value, json};
use testing::{Reply, User};

use crate::fixture::{ANN, AuthFixture, RIGHT, browser};

pub(crate) const FACTOR: &str = "/api/users/second-factor";
pub(crate) const CONFIRM: &str = "/api/users/second-factor/confirm";
pub(crate) const RECOVERY_CODES: &str = "/api/users/second-factor/recovery-codes";

/// Period of a code.
pub(crate) const STEP: Duration = Duration::from_secs(30);

/// A code of no time near that of the tests.
pub(crate) const WRONG: &str = "000 000";

/// An authenticator application.
pub(crate) struct Phone(pub(crate) Secret);

impl Phone {
    /// The code that the phone shows, on a clock that differs by a number of steps.
    pub(crate) fn code(&self, app: &AuthFixture, steps: i32) -> String {
        let now = app.clock().now();
        let drift = STEP * steps.unsigned_abs();
        let shown = if steps < 0 { now.minus(drift) } else { now.plus(drift) };
        format!("{:06}", self.0.code_of(TimeStep::at(shown)))
    }
}

/// Ann's account with a factor that is on.
pub(crate) struct Ann {
    /// The browser that switched it on.
    pub(crate) browser: User,
    pub(crate) phone: Phone,
    pub(crate) recovery_codes: Vec<String>,
}

pub(crate) fn password() -> Value {
    json!({"currentPassword": RIGHT})
}

pub(crate) fn proof(code: &str) -> Value {
    json!({"currentPassword": RIGHT, "code": code})
}

pub(crate) async fn start(app: &AuthFixture, user: &User) -> Phone {
    let started = app.post(Some(user), FACTOR, &password()).await.expect(201);
    Phone(Secret::try_from(started.text("secret")).unwrap())
}

pub(crate) fn recovery_codes(reply: &Reply) -> Vec<String> {
    serde_json::from_value(reply.at("recoveryCodes")).unwrap()
}

/// Switches the factor of a user on. The next code is unused.
pub(crate) async fn switch_on(app: &AuthFixture, user: &User) -> Ann {
    let phone = start(app, user).await;
    let confirmation = json!({"code": phone.code(app, 0)});
    let confirmed = app.post(Some(user), CONFIRM, &confirmation).await.expect(200);
    let browser = User { id: user.id, cookie: confirmed.cookies() };
    app.clock().advance(STEP * 3);
    Ann { browser, phone, recovery_codes: recovery_codes(&confirmed) }
}

pub(crate) async fn ann(app: &AuthFixture) -> Ann {
    let ann = browser(&app.sign_up(ANN, RIGHT).await.expect(201));
    switch_on(app, &ann).await
}

pub(crate) async fn sign_in(app: &AuthFixture, password: &str, code: &str) -> Reply {
    let body = json!({"email": ANN, "password": password, "code": code});
    app.post(None, "/api/users/signin", &body).await
}

pub(crate) fn expect_wrong_code(reply: Reply) {
    let reply = reply.expect_problem(401, "bad_credentials");
    let errors = json!([{"field": "code", "message": "is wrong or was used"}]);
    assert_eq!(reply.at("errors"), errors, "{}", reply.body);
}

pub(crate) async fn shown(app: &AuthFixture, user: &User) -> (bool, u64) {
    let shown = app.get(Some(user), FACTOR).await.expect(200);
    (shown.at("isOn") == true, shown.at("recoveryCodesLeft").as_u64().unwrap())
}

pub(crate) async fn switch_off(app: &AuthFixture, user: &User, code: &str) -> Reply {
    app.send(app.request(Method::DELETE, FACTOR, Some(user)).json(&proof(code))).await
}

/// The session cookie alone.
pub(crate) fn token_of(cookies: &str) -> String {
    let mut pairs = cookies.split("; ");
    pairs.find(|pair| pair.starts_with("session=")).unwrap().to_owned()
}

/// The cookies of a renewed session.
pub(crate) async fn renewed(app: &AuthFixture, user: &User) -> String {
    let renewal = app.with_cookies(Method::POST, "/api/users/renew", &user.cookie);
    app.send(renewal).await.expect(200).cookies()
}
