//! A real browser: Chromium, driven through ChromeDriver by the WebDriver protocol (W3C, level 2).
//!
//! The protocol is a few calls of JSON over HTTP, so this is a client of its own: the crates for it
//! add a second `reqwest` or the licence MPL-2.0.

#![expect(clippy::indexing_slicing, reason = "an absent member of a JSON value is null")]

mod audit;
mod axe;
mod deno;
mod driver;
mod elements;
mod findings;
mod keyboard;
mod lighthouse;
mod network;
mod screen;
mod session;
mod tabs;

pub use driver::{with_browser, with_camera};
pub use lighthouse::{Category, lighthouse};
pub use network::Network;
pub use screen::{DESKTOP, PHONE, SMALL_PHONE, Scheme, Screen};
pub use session::{Browser, Script};
pub use tabs::Tab;
