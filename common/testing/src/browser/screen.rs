//! The screen: its width, its colour scheme, and pictures of it.

use std::path::Path;

use base64::Engine as _;
use reqwest::Method;
use serde_json::json;

use super::session::Browser;

/// Width and height of a window in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// The width.
    pub width: u32,
    /// The height.
    pub height: u32,
}

/// A laptop.
pub const DESKTOP: Screen = Screen { width: 1280, height: 900 };

/// A phone of usual size.
pub const PHONE: Screen = Screen { width: 390, height: 844 };

/// The smallest width that pages support (WCAG 2.2, success criterion 1.4.10).
pub const SMALL_PHONE: Screen = Screen { width: 320, height: 568 };

/// The colour scheme that the system prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Scheme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The value of `prefers-color-scheme`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Ends once the images of the page are loaded and it is painted.
const PAINTED: &str = r"
    const done = arguments[0];
    Promise.allSettled([...document.images].map((image) => image.decode()))
        .then(() => requestAnimationFrame(() => requestAnimationFrame(() => done())));";

impl Browser {
    /// Sets the size of the window and the preferred colour scheme. Motion is reduced, so that
    /// pictures and audits do not depend on the time.
    pub async fn set_screen(&self, screen: Screen, scheme: Scheme) {
        let Screen { width, height } = screen;
        let metrics =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        let features = json!([
            {"name": "prefers-color-scheme", "value": scheme.name()},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features})).await;
    }

    /// Writes a picture of the whole page on a screen as PNG.
    pub async fn screenshot(&self, screen: Screen, scheme: Scheme, file: &Path) {
        self.set_screen(screen, scheme).await;
        // The window is as high as the page: parts outside of a window may not be painted.
        let height = "return document.documentElement.scrollHeight";
        let height = self.run(height, &[]).await.as_u64().and_then(|height| height.try_into().ok());
        let height = height.unwrap_or(screen.height).max(screen.height);
        self.set_screen(Screen { height, ..screen }, scheme).await;
        let body = json!({"script": PAINTED, "args": []});
        self.expect(Method::POST, "/execute/async", &body).await;
        let picture = self.devtools("Page.captureScreenshot", json!({"format": "png"})).await;
        let picture =
            base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap());
        std::fs::write(file, picture.unwrap()).unwrap();
    }
}
