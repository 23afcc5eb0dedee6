//! Keys, pressed as by a visitor without a mouse.

use reqwest::Method;
use serde_json::{Value, json};

use super::session::Browser;

/// Tabs to an element: more than a page has.
const TABS_MAX: usize = 80;

/// The name of the focused element.
const FOCUSED: &str = r#"
    const e = document.activeElement;
    const name = e.getAttribute("aria-label") || e.labels?.[0]?.innerText || e.innerText;
    return (name ?? "").replace(/\s+/g, " ").trim();"#;

/// Whether the focused element has an outline, or is inside an element that has one.
const IS_MARKED: &str = r"
    for (let e = document.activeElement; e; e = e.parentElement) {
        if (getComputedStyle(e).outlineStyle !== 'none') return true;
    }
    return false;";

/// Keys by their code points in WebDriver.
pub(super) const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";

impl Browser {
    /// Presses keys one after the other, at the element that has the focus.
    pub async fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
        });
        let strokes: Vec<Value> = strokes.collect();
        let body = json!({"actions": [{"type": "key", "id": "keys", "actions": strokes}]});
        self.expect(Method::POST, "/actions", &body).await;
    }

    /// Presses Enter.
    pub async fn press_enter(&self) {
        self.press(ENTER).await;
    }

    /// Presses Tab until the element with this name has the focus. Every element on the way must
    /// show that it has it (WCAG 2.2, success criterion 2.4.7).
    pub async fn tab_to(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..TABS_MAX {
            self.press(TAB).await;
            let focused = self.run(FOCUSED, &[]).await;
            let focused = focused.as_str().unwrap_or_default().to_owned();
            assert!(self.run(IS_MARKED, &[]).await == true, "{focused:?} does not show its focus");
            if focused.starts_with(name) {
                return;
            }
            passed.push(focused);
        }
        panic!("Tab does not lead to {name:?}, but to {passed:?}");
    }
}
