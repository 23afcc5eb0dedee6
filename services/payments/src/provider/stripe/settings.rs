//! Settings of Stripe.

use std::time::Duration;

use ::service::server_address::ServerAddress;
use ::service::settings::{Settings, duration};
use actix_web::http::Uri;
use clap::Args;
use contract::PaymentId;
use secrecy::{ExposeSecret as _, SecretString};

/// Minimum timeout: a bank may need seconds.
const TIMEOUT_MIN: Duration = Duration::from_secs(1);

/// Maximum timeout: that of Stripe's own libraries.
const TIMEOUT_MAX: Duration = Duration::from_secs(80);

/// Maximum length of a key; Stripe's have about 110 characters and may become longer.
const KEY_MAX: usize = 255;

const ID: &str = "{id}";

/// Settings of Stripe, as they are declared. Values are validated whether or not they are used.
#[derive(Clone, Args)]
#[expect(clippy::struct_field_names, reason = "a field has the name of its setting")]
pub(crate) struct Arguments {
    /// Stripe's secret or restricted key, `sk_…` or `rk_…`; set it by the environment or a file.
    #[arg(long, env, hide_env_values = true, value_name = "KEY", value_parser = key)]
    stripe_secret_key: Option<SecretString>,
    /// URL of Stripe's API.
    #[arg(long, env, default_value = "https://api.stripe.com", value_name = "URL")]
    #[arg(value_parser = url)]
    stripe_url: String,
    /// Timeout of a call to Stripe, 1s to 80s; after it the payment's status is read.
    #[arg(long, env, default_value = "20s", value_name = "TIME", value_parser = timeout)]
    stripe_timeout: Duration,
    /// URL to which a bank sends a payer back, with `{id}` for the payment; without it a challenge
    /// requires Stripe's script.
    #[arg(long, env, value_name = "URL", value_parser = ReturnUrl::parse)]
    stripe_return_url: Option<ReturnUrl>,
}

/// Settings of Stripe. Its `Debug` hides the key.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// Secret key of the API.
    pub secret_key: SecretString,
    /// URL of the API; ends with a slash.
    pub url: String,
    /// Timeout of a call.
    pub timeout: Duration,
    /// Return URL of payers.
    pub return_url: Option<ReturnUrl>,
}

/// The URL to which a payer returns from a bank's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnUrl(String);

impl ReturnUrl {
    /// The URL for one payment.
    pub(crate) fn of(&self, payment: PaymentId) -> String {
        self.0.replace(ID, &payment.to_string())
    }

    /// Parses a URL with `{id}` in place of the payment.
    ///
    /// # Errors
    /// The violated rule.
    pub fn parse(text: &str) -> Result<Self, String> {
        address(text, "https://shop.example/payments/{id}", &text.replace(ID, "0"))?;
        Ok(Self(text.to_owned()))
    }
}

/// Whether a key moves real money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyMode {
    /// No.
    Test,
    /// Yes.
    Live,
}

impl StripeSettings {
    /// A short description for the start-up log.
    #[must_use]
    pub fn describe(&self) -> String {
        let mode = match self.mode() {
            KeyMode::Test => "test key; moves no real money",
            KeyMode::Live => "live key",
        };
        format!("Stripe at {} ({mode})", self.url.trim_end_matches('/'))
    }

    /// Whether the key moves real money.
    #[must_use]
    pub fn mode(&self) -> KeyMode {
        let key = self.secret_key.expose_secret();
        if key.starts_with("sk_live_") || key.starts_with("rk_live_") {
            KeyMode::Live
        } else {
            KeyMode::Test
        }
    }
}

impl Arguments {
    /// `None` without a key.
    pub(crate) fn checked(self, settings: &mut Settings) -> Option<StripeSettings> {
        let given = StripeSettings {
            secret_key: self.stripe_secret_key?,
            url: self.stripe_url,
            timeout: self.stripe_timeout,
            return_url: self.stripe_return_url,
        };
        if given.mode() == KeyMode::Live && !given.url.starts_with("https://") {
            let why = "must begin with https:// where the key is a live one";
            settings.refuse(&["stripe-url"], why);
        }
        Some(given)
    }
}

fn timeout(text: &str) -> Result<Duration, &'static str> {
    let time = duration(text)?;
    let is_allowed = (TIMEOUT_MIN..=TIMEOUT_MAX).contains(&time);
    if is_allowed { Ok(time) } else { Err("must be from 1s to 80s") }
}

fn key(text: &str) -> Result<SecretString, &'static str> {
    let is_key = text.starts_with("sk_") || text.starts_with("rk_");
    if is_key && text.len() <= KEY_MAX && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(text.into())
    } else {
        Err("must be a secret key, sk_…, or a restricted one, rk_…")
    }
}

/// The URL, with a trailing slash: the client appends `v1/…`.
fn url(text: &str) -> Result<String, String> {
    let example = "https://api.stripe.com";
    if text.contains(['?', '#', '@']) {
        return Err(format!("must be an address such as {example}"));
    }
    address(text, example, text)?;
    Ok(format!("{}/", text.trim_end_matches('/')))
}

fn address(text: &str, example: &str, filled: &str) -> Result<(), String> {
    ServerAddress::parse(text, &["https", "http"], example)?;
    let is_uri = filled.parse::<Uri>().is_ok_and(|uri| uri.host().is_some());
    if is_uri { Ok(()) } else { Err(format!("must be an address such as {example}")) }
}
