//! Parts of a page, found by the texts that a visitor reads, not by classes or ids.

use reqwest::Method;
use serde_json::{Value, json};

use super::session::{Browser, CommandError, FACT_WAIT_MAX};
use crate::processes::holds_within;

/// Finds an element by its kind and text.
const FIND: &str = include_str!("elements.js");

/// The key of an element's id in the JSON of WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The text of a page as it is shown, with single spaces.
const TEXT: &str = r#"return document.body.innerText.replace(/\s+/g, " ")"#;

/// The text of the alerts of a page.
const ALERTS: &str = r#"
    return [...document.querySelectorAll("[role=alert]")]
        .map((alert) => alert.innerText.replace(/\s+/g, " ")).join(" ")"#;

/// Errors of an element that the page has replaced, or that another one covers while the page
/// changes: the command is repeated.
const PASSING_ERRORS: [&str; 5] = [
    "no such element",
    "stale element reference",
    "element click intercepted",
    "element not interactable",
    // The document of a script ended during a navigation.
    "javascript error",
];

impl Browser {
    /// Waits for the link, button or summary with this text, and clicks it. An exact text precedes
    /// the start of a text, which precedes a part of it.
    pub async fn click(&self, text: &str) {
        self.act("action", text, async |element| {
            let path = format!("/element/{element}/click");
            self.command(Method::POST, &path, &json!({})).await
        })
        .await;
    }

    /// Waits for the link or button with this text, and clicks it twice in quick succession.
    pub async fn double_click(&self, text: &str) {
        self.act("action", text, async |element| {
            let place = json!({ELEMENT: element});
            let strokes = json!([
                {"type": "pointerMove", "origin": place, "x": 0, "y": 0, "duration": 0},
                {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0},
                {"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0},
            ]);
            let pointer = json!([{"type": "pointer", "id": "mouse", "actions": strokes}]);
            self.command(Method::POST, "/actions", &json!({"actions": pointer})).await
        })
        .await;
    }

    /// Waits for the field with this label, and replaces its content.
    pub async fn fill(&self, label: &str, text: &str) {
        self.act("field", label, async |element| {
            self.command(Method::POST, &format!("/element/{element}/clear"), &json!({})).await?;
            let path = format!("/element/{element}/value");
            self.command(Method::POST, &path, &json!({"text": text})).await
        })
        .await;
    }

    /// Waits for the radio button or check box with this label, and clicks it.
    pub async fn choose(&self, label: &str) {
        self.act("field", label, async |element| {
            let path = format!("/element/{element}/click");
            self.command(Method::POST, &path, &json!({})).await
        })
        .await;
    }

    /// The content of the field with this label.
    pub async fn content(&self, label: &str) -> String {
        let found = self.act("field", label, async |element| {
            self.command(Method::GET, &format!("/element/{element}/property/value"), &Value::Null)
                .await
        });
        found.await.as_str().unwrap_or_default().to_owned()
    }

    /// Whether the page shows a link, button or summary with this text.
    pub async fn offers(&self, text: &str) -> bool {
        self.find("action", text).await.is_ok()
    }

    /// Waits until the page shows a text.
    pub async fn sees(&self, text: &str) {
        let is_shown = async || self.text().await.contains(text);
        assert!(holds_within(FACT_WAIT_MAX, is_shown).await, "the page does not show {text:?}");
    }

    /// Waits until the page shows an alert with a text, such as the error of a form.
    pub async fn sees_alert(&self, text: &str) {
        let is_shown = async || self.text_by(ALERTS).await.contains(text);
        assert!(holds_within(FACT_WAIT_MAX, is_shown).await, "the page shows no alert {text:?}");
    }

    /// The text of the page as it is shown, with single spaces; empty during a navigation.
    pub async fn text(&self) -> String {
        self.text_by(TEXT).await
    }

    async fn text_by(&self, script: &str) -> String {
        let body = json!({"script": script, "args": []});
        let text = self.command(Method::POST, "/execute/sync", &body).await;
        text.ok().and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// The id of the element that has the text.
    async fn find(&self, kind: &str, text: &str) -> Result<String, CommandError> {
        let body = json!({"script": FIND, "args": [kind, text]});
        let found = self.command(Method::POST, "/execute/sync", &body).await?;
        let missing = || CommandError::missing(format!("{kind} {text:?}"));
        found[ELEMENT].as_str().map(str::to_owned).ok_or_else(missing)
    }

    /// Finds an element and does something with it, again while the page changes.
    async fn act(
        &self,
        kind: &str,
        text: &str,
        action: impl AsyncFn(String) -> Result<Value, CommandError>,
    ) -> Value {
        let mut outcome = Err(CommandError::missing(String::new()));
        let attempt = async || {
            outcome = match self.find(kind, text).await {
                Ok(element) => action(element).await,
                Err(error) => Err(error),
            };
            outcome.as_ref().err().is_none_or(|error| !PASSING_ERRORS.contains(&&*error.code))
        };
        holds_within(FACT_WAIT_MAX, attempt).await;
        outcome.unwrap_or_else(|error| panic!("{kind} {text:?}: {error}"))
    }
}
