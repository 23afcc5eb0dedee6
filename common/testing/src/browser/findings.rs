//! The console of the browser: errors, failed requests, and reports of the Content-Security-Policy.

use reqwest::Method;
use serde_json::{Value, json};

use super::session::Browser;

impl Browser {
    /// The entries of the console since the previous call that are errors.
    pub async fn findings(&self) -> Vec<String> {
        let body = json!({"type": "browser"});
        let entries = self.command(Method::POST, "/se/log", &body).await;
        let entries = entries.unwrap_or_default();
        let entries = entries.as_array().into_iter().flatten();
        let text = |entry: &Value| {
            let message = entry["message"].as_str().unwrap_or_default();
            format!("{} {}: {message}", entry["level"], entry["source"])
        };
        let found = entries.filter(|entry| self.is_finding(entry)).map(text);
        found.collect()
    }

    fn is_finding(&self, entry: &Value) -> bool {
        let message = entry["message"].as_str().unwrap_or_default();
        // A page whose status is 404 or 422 is a failed request to Chromium.
        let is_allowed = self
            .allowed_statuses
            .lock()
            .iter()
            .any(|status| message.contains(&format!("responded with a status of {status} ")));
        let failures = self.allowed_failures.lock();
        let has_failed = message.contains("net::ERR_");
        let may_fail = failures.iter().any(|start| message.starts_with(&**start));
        let is_error = entry["level"] == "SEVERE" || message.contains("Content Security Policy");
        is_error && !is_allowed && !(has_failed && may_fail)
    }

    /// The state of the page for the message of a failed test.
    pub(super) async fn description(&self) -> String {
        let alert = self.command(Method::GET, "/alert/text", &Value::Null).await;
        let alert = alert.map(|text| format!("an alert shows {text}")).unwrap_or_default();
        let url = self.command(Method::GET, "/url", &Value::Null).await.unwrap_or_default();
        format!("page {url}: {}\n{alert}", self.text().await)
    }

    /// Fails the test if a dialog is open: a script of a text has run.
    pub async fn shows_no_dialog(&self) {
        let dialog = self.command(Method::GET, "/alert/text", &Value::Null).await;
        let text = dialog.err().map(|error| error.code);
        assert_eq!(text.as_deref(), Some("no such alert"), "a dialog is open");
    }
}
