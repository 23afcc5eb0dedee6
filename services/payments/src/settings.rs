//! What payments can be set.

use std::str::FromStr;
use std::sync::LazyLock;

use ::service::settings::{Setting, Settings as Given};

use crate::stripe::{self, StripeSettings, WebhookSecrets};

static OWN: &[Setting] = &[
    Setting {
        flag: "payment-provider",
        env: "PAYMENT_PROVIDER",
        default: "test",
        value: "NAME",
        help: "Who holds and takes the money: test (built in, moves none) or stripe",
    },
    Setting {
        flag: "stripe-webhook-secrets",
        env: "STRIPE_WEBHOOK_SECRETS",
        default: "",
        value: "SECRETS",
        help: "What Stripe signs events with, whsec_…; several, with commas between, while one is rolled",
    },
    Setting {
        flag: "stripe-webhook-secrets-file",
        env: "STRIPE_WEBHOOK_SECRETS_FILE",
        default: "",
        value: "FILE",
        help: "File with those secrets",
    },
];

/// The table of settings.
pub static TABLE: LazyLock<Vec<Setting>> =
    LazyLock::new(|| [OWN, stripe::settings::TABLE].concat());

/// What can be set. No `Debug` of it shows a secret.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Who holds and takes the money.
    pub provider: Provider,
    /// What the provider's events are signed with.
    pub webhook_secrets: WebhookSecrets,
}

/// Payment providers.
#[derive(Debug, Clone, Default)]
pub enum Provider {
    /// The built-in one, with its ledger in the store `test-provider`.
    #[default]
    Test,
    /// Stripe.
    Stripe(StripeSettings),
}

/// Payment providers by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Test,
    Stripe,
}

impl FromStr for Name {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "test" => Ok(Self::Test),
            "stripe" => Ok(Self::Stripe),
            _ => Err("must be test or stripe"),
        }
    }
}

/// Takes every value before looking at any.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let name = settings.take("payment-provider", Name::from_str);
    let stripe = stripe::settings::take(settings);
    let (flag, file_flag) = ("stripe-webhook-secrets", "stripe-webhook-secrets-file");
    let webhook_secrets = settings.take_secret_or_file(flag, file_flag, WebhookSecrets::parse);
    let provider = match (name?, stripe?) {
        (Name::Test, _) => Provider::Test,
        (Name::Stripe, Some(stripe)) => Provider::Stripe(stripe),
        (Name::Stripe, None) => {
            settings
                .refuse("stripe-secret-key", "is missing: Stripe's secret key, such as sk_test_…");
            return None;
        }
    };
    Some(Settings { provider, webhook_secrets: webhook_secrets?.unwrap_or_default() })
}
