//! Settings of Stripe.

use std::time::Duration;

use ::service::Secret;
use ::service::server_address::ServerAddress;
use ::service::settings::{Setting, Settings, duration};
use actix_web::http::Uri;
use contract::PaymentId;

/// Minimum timeout: a bank may need seconds.
const TIMEOUT_MIN: Duration = Duration::from_secs(1);

/// Maximum timeout: that of Stripe's own libraries.
const TIMEOUT_MAX: Duration = Duration::from_secs(80);

/// Maximum length of a key; Stripe's have about 110 characters and may become longer.
const KEY_MAX: usize = 255;

/// Placeholder of the payment in the return URL.
const ID: &str = "{id}";

/// The table of settings.
pub static TABLE: &[Setting] = &[
    Setting {
        flag: "stripe-secret-key",
        env: "STRIPE_SECRET_KEY",
        default: "",
        value: "KEY",
        help: "Stripe's secret or restricted key, sk_… or rk_…; set it by the environment or a file",
    },
    Setting {
        flag: "stripe-secret-key-file",
        env: "STRIPE_SECRET_KEY_FILE",
        default: "",
        value: "FILE",
        help: "File with that key",
    },
    Setting {
        flag: "stripe-url",
        env: "STRIPE_URL",
        default: "https://api.stripe.com",
        value: "URL",
        help: "URL of Stripe's API",
    },
    Setting {
        flag: "stripe-timeout",
        env: "STRIPE_TIMEOUT",
        default: "20s",
        value: "TIME",
        help: "Timeout of a call to Stripe, 1s to 80s; after it the payment's status is read",
    },
    Setting {
        flag: "stripe-return-url",
        env: "STRIPE_RETURN_URL",
        default: "",
        value: "URL",
        help: "URL to which a bank sends a payer back, with {id} for the payment; without it a challenge requires Stripe's script",
    },
];

/// Settings of Stripe. Its `Debug` hides the key.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// The secret key.
    pub secret_key: Secret,
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
    #[must_use]
    pub fn of(&self, payment: PaymentId) -> String {
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
        let key = self.secret_key.reveal();
        if key.starts_with("sk_live_") || key.starts_with("rk_live_") {
            KeyMode::Live
        } else {
            KeyMode::Test
        }
    }
}

/// Reads all values before checking any; `Some(None)` without a key. Values are checked whether or
/// not they are used.
pub fn take(settings: &mut Settings) -> Option<Option<StripeSettings>> {
    let key = settings.take_secret_or_file("stripe-secret-key", "stripe-secret-key-file", key);
    let url = settings.take("stripe-url", url);
    let timeout = settings.take("stripe-timeout", |text| match duration(text) {
        Ok(time) if (TIMEOUT_MIN..=TIMEOUT_MAX).contains(&time) => Ok(time),
        Ok(_) => Err("must be from 1s to 80s"),
        Err(rule) => Err(rule),
    });
    let return_url = if settings.is_given("stripe-return-url") {
        settings.take("stripe-return-url", ReturnUrl::parse).map(Some)
    } else {
        Some(None)
    };
    let (url, timeout, return_url) = (url?, timeout?, return_url?);
    let Some(secret_key) = key? else { return Some(None) };
    let given = StripeSettings { secret_key, url, timeout, return_url };
    if given.mode() == KeyMode::Live && !given.url.starts_with("https://") {
        settings.refuse("stripe-url", "must begin with https:// where the key is a live one");
        return None;
    }
    Some(Some(given))
}

fn key(text: &str) -> Result<Secret, &'static str> {
    let is_key = text.starts_with("sk_") || text.starts_with("rk_");
    if is_key && text.len() <= KEY_MAX && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(Secret::new(text))
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
