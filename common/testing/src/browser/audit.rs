//! Properties that every page must have: accessible, narrow, light, and from one site.

use reqwest::Method;
use serde_json::{Value, json};

use super::axe;
use super::session::Browser;

/// The rules of axe: WCAG 2.2 at level AA, and its best practices.
const TAGS: [&str; 5] = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/// Runs axe, which is in the page already.
const RUN_AXE: &str = r#"
    const [tags, done] = arguments;
    const text = (rule) => rule.nodes.map((node) =>
        `${rule.id}: ${node.html.slice(0, 160)} | ${node.any.concat(node.all, node.none)
            .map((check) => check.message).join("; ")}`);
    axe.run(document, {runOnly: tags, resultTypes: ["violations"]})
        .then((found) => done(found.violations.flatMap(text)), (error) => done([`${error}`]));"#;

/// The elements that are wider than the window.
const TOO_WIDE: &str = r#"
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    const isOut = (e) => e.getBoundingClientRect().right > innerWidth + 1;
    return [...document.body.querySelectorAll("*")].filter(isOut)
        .map((e) => e.outerHTML.slice(0, 160));"#;

/// Every response of the page since its navigation: its URL and its bytes with headers.
const RESPONSES: &str = r#"
    return ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
        .map((entry) => [entry.name, entry.transferSize]);"#;

impl Browser {
    /// The violations of accessibility rules, one line each. Works only with scripts: the result is
    /// a promise, which is not settled without them.
    pub async fn accessibility_violations(&self) -> Vec<String> {
        self.run(axe::source(), &[]).await;
        let body = json!({"script": RUN_AXE, "args": [TAGS]});
        let found = self.expect(Method::POST, "/execute/async", &body).await;
        texts(&found)
    }

    /// The elements that make the page scroll sideways.
    pub async fn too_wide(&self) -> Vec<String> {
        texts(&self.run(TOO_WIDE, &[]).await)
    }

    /// The URL and the bytes of every response that the page has loaded.
    pub async fn responses(&self) -> Vec<(String, u64)> {
        let entries = self.run(RESPONSES, &[]).await;
        let entries = entries.as_array().unwrap().iter();
        let entry = |entry: &Value| {
            (entry[0].as_str().unwrap().to_owned(), entry[1].as_u64().unwrap_or_default())
        };
        entries.map(entry).collect()
    }
}

fn texts(list: &Value) -> Vec<String> {
    let list = list.as_array().unwrap().iter();
    list.map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
}
