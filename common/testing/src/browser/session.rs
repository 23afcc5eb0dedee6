//! A session of WebDriver: one window with a profile of its own.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};

use crate::processes::holds_within;
use crate::user::User;

/// Real time within which a fact about a page must hold, on a machine that compiles concurrently.
pub(super) const FACT_WAIT_MAX: Duration = Duration::from_secs(20);

/// Bound on one command: the start of Chromium, or a script that audits a page.
const COMMAND_MAX: Duration = Duration::from_mins(1);

/// Ends Chromium when its driver is killed.
const PIPE: &str = "--remote-debugging-pipe";

/// Switches of Chromium: without a window, without requests of its own, and without a way to other
/// hosts.
pub(super) const SWITCHES: [&str; 17] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--hide-scrollbars",
    "--lang=en-GB",
    "--window-size=1280,900",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];

/// Whether scripts of pages run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Scripts run.
    On,
    /// Chromium runs no script of a page; those of the driver still run.
    Off,
}

/// The programs of a session, and the directory of its profile.
pub(super) struct Installation {
    /// The address of ChromeDriver: `http://127.0.0.1:…`
    pub(super) driver: String,
    /// The path of Chromium.
    pub(super) chromium: PathBuf,
    /// The directory of profiles.
    pub(super) profiles: PathBuf,
}

/// A browser with an empty profile.
pub struct Browser {
    http: reqwest::Client,
    url: String,
    base: String,
    profile: PathBuf,
    pub(super) allowed_statuses: Mutex<Vec<u16>>,
    /// The beginnings of URLs whose requests may fail.
    pub(super) allowed_failures: Mutex<Vec<String>>,
}

/// Why a command failed: the error code of WebDriver, and its message.
#[derive(Debug)]
pub(super) struct CommandError {
    pub(super) code: String,
    message: String,
}

impl CommandError {
    /// The page has no such element.
    pub(super) fn missing(message: String) -> Self {
        Self { code: "no such element".to_owned(), message }
    }
}

impl std::fmt::Display for CommandError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl Browser {
    pub(super) async fn open(
        installed: &Installation,
        base: &str,
        (script, switches): (Script, &[String]),
    ) -> Self {
        static SESSIONS: AtomicU32 = AtomicU32::new(0);
        let number = SESSIONS.fetch_add(1, Ordering::Relaxed);
        let profile = installed.profiles.join(format!("profile-{number}"));
        let mut arguments = SWITCHES.map(str::to_owned).to_vec();
        arguments.extend([PIPE.to_owned(), format!("--user-data-dir={}", profile.display())]);
        arguments.extend_from_slice(switches);
        let mut preferences = json!({"intl.accept_languages": "en-GB,en"});
        if script == Script::Off {
            let off = json!(2);
            preferences["profile.managed_default_content_settings.javascript"] = off;
        }
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "unhandledPromptBehavior": "ignore",
            "goog:loggingPrefs": {"browser": "ALL"},
            "goog:chromeOptions":
                {"binary": installed.chromium, "args": arguments, "prefs": preferences},
        }}});
        let http = reqwest::Client::builder().no_proxy().timeout(COMMAND_MAX).build().unwrap();
        let mut browser = Self {
            http,
            url: format!("{}/session", installed.driver),
            base: base.to_owned(),
            profile,
            allowed_statuses: Mutex::default(),
            allowed_failures: Mutex::default(),
        };
        let session = browser.expect(Method::POST, "", &capabilities).await;
        let id = session["sessionId"].as_str().unwrap();
        browser.url = format!("{}/session/{id}", installed.driver);
        browser
    }

    /// Ends the session and removes its profile.
    pub(super) async fn close(&self) {
        let _ = self.command(Method::DELETE, "", &Value::Null).await;
        // A process of Chromium that is just ending may still write.
        let is_removed =
            async || std::fs::remove_dir_all(&self.profile).is_ok() || !self.profile.exists();
        holds_within(FACT_WAIT_MAX, is_removed).await;
    }

    /// Sends a command.
    pub(super) async fn command(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> Result<Value, CommandError> {
        let request = self.http.request(method.clone(), format!("{}{path}", self.url));
        let request = if method == Method::POST { request.json(body) } else { request };
        let failed = |error: reqwest::Error| CommandError {
            code: "no response".to_owned(),
            message: error.to_string(),
        };
        let mut reply: Value =
            request.send().await.map_err(failed)?.json().await.map_err(failed)?;
        let value = reply["value"].take();
        match value["error"].as_str() {
            None => Ok(value),
            Some(code) => {
                let message = value["message"].as_str().unwrap_or_default().to_owned();
                Err(CommandError { code: code.to_owned(), message })
            }
        }
    }

    /// Sends a command that must succeed.
    pub(super) async fn expect(&self, method: Method, path: &str, body: &Value) -> Value {
        let done = self.command(method, path, body).await;
        done.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Sends a command of the DevTools protocol.
    pub(super) async fn devtools(&self, name: &str, parameters: Value) -> Value {
        let body = json!({"cmd": name, "params": parameters});
        self.expect(Method::POST, "/goog/cdp/execute", &body).await
    }

    /// Runs the body of a function in the page; returns its result.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let body = json!({"script": script, "args": arguments});
        self.expect(Method::POST, "/execute/sync", &body).await
    }

    /// Runs the body of a function in the page, whose only argument is called with the result.
    pub async fn run_async(&self, script: &str) -> Value {
        self.expect(Method::POST, "/execute/async", &json!({"script": script, "args": []})).await
    }

    /// The address of the pages.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Opens the page at a path.
    pub async fn open_page(&self, path: &str) {
        let body = json!({"url": format!("{}{path}", self.base)});
        self.expect(Method::POST, "/url", &body).await;
    }

    /// Opens the page at a path, which must have this status.
    pub async fn open_refused(&self, path: &str, status: u16) {
        self.allow_status(status);
        self.open_page(path).await;
        let read = "return performance.getEntriesByType('navigation')[0].responseStatus";
        assert_eq!(self.run(read, &[]).await, status, "{path}");
    }

    /// From now on a response with this status is no finding.
    pub fn allow_status(&self, status: u16) {
        self.allowed_statuses.lock().push(status);
    }

    /// From now on a request without a response is no finding, if its URL begins with this.
    pub fn allow_failed_requests(&self, start: &str) {
        self.allowed_failures.lock().push(start.to_owned());
    }

    /// Runs a script in every page that is opened from now on, before the scripts of the page.
    pub async fn run_in_each_page(&self, script: &str) {
        let parameters = json!({"source": script});
        self.devtools("Page.addScriptToEvaluateOnNewDocument", parameters).await;
    }

    /// The path and query of the page.
    pub async fn path(&self) -> String {
        let url = self.expect(Method::GET, "/url", &Value::Null).await;
        let url = url.as_str().unwrap().to_owned();
        url.strip_prefix(&self.base).map(str::to_owned).unwrap_or(url)
    }

    /// Waits until the path of the page, without its query, begins with this.
    pub async fn arrives_at(&self, start: &str) -> String {
        let is_so = async || self.path().await.starts_with(start);
        self.until(&format!("the path begins with {start}"), is_so).await;
        self.path().await
    }

    /// Goes back one page.
    pub async fn go_back(&self) {
        self.expect(Method::POST, "/back", &json!({})).await;
    }

    /// Goes forward one page.
    pub async fn go_forward(&self) {
        self.expect(Method::POST, "/forward", &json!({})).await;
    }

    /// Loads the page again.
    pub async fn reload(&self) {
        self.expect(Method::POST, "/refresh", &json!({})).await;
    }

    /// Continues as a user who has signed in elsewhere: the browser has the same cookies.
    pub async fn sign_in_as(&self, user: &User) {
        if !self.path().await.starts_with('/') {
            self.open_page("/").await;
        }
        for pair in user.cookie.split("; ") {
            let (name, value) = pair.split_once('=').unwrap();
            let cookie = json!({"name": name, "value": value, "path": "/", "httpOnly": true});
            self.expect(Method::POST, "/cookie", &json!({"cookie": cookie})).await;
        }
    }

    /// Deletes every cookie.
    pub async fn forget_cookies(&self) {
        self.expect(Method::DELETE, "/cookie", &Value::Null).await;
    }

    /// Empties the cache of responses, as on a first visit.
    pub async fn forget_cached_responses(&self) {
        self.devtools("Network.clearBrowserCache", json!({})).await;
    }

    /// Waits until a condition holds; fails the test if it does not within the bound.
    pub async fn until(&self, fact: &str, holds: impl AsyncFnMut() -> bool) {
        assert!(holds_within(FACT_WAIT_MAX, holds).await, "it does not become true that {fact}");
    }
}
