//! Tabs of one browser. Commands concern the tab that is shown.

use reqwest::Method;
use serde_json::{Value, json};

use super::session::Browser;

/// A tab: its handle in WebDriver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab(String);

impl Browser {
    /// The tab that is shown.
    pub async fn tab(&self) -> Tab {
        let handle = self.expect(Method::GET, "/window", &Value::Null).await;
        Tab(handle.as_str().unwrap().to_owned())
    }

    /// Opens an empty tab and shows it.
    pub async fn open_tab(&self) -> Tab {
        let opened = self.expect(Method::POST, "/window/new", &json!({"type": "tab"})).await;
        let tab = Tab(opened["handle"].as_str().unwrap().to_owned());
        self.show_tab(&tab).await;
        tab
    }

    /// Shows a tab in place of the present one, whose page becomes hidden.
    pub async fn show_tab(&self, tab: &Tab) {
        self.expect(Method::POST, "/window", &json!({"handle": tab.0})).await;
        self.devtools("Page.bringToFront", json!({})).await;
    }
}
