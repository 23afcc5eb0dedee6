//! What payments can be set.

use std::sync::LazyLock;

use ::service::payment_provider::{self, PaymentProvider};
use ::service::settings::{Setting, Settings as Given};

use crate::stripe::{self, StripeSettings, WebhookSecrets};

static OWN: &[Setting] = &[
    payment_provider::SETTING,
    payment_provider::ALLOW_TEST,
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

/// Takes every value before looking at any.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let name = payment_provider::take(settings);
    let stripe = stripe::settings::take(settings);
    let (flag, file_flag) = ("stripe-webhook-secrets", "stripe-webhook-secrets-file");
    let webhook_secrets = settings.take_secret_or_file(flag, file_flag, WebhookSecrets::parse);
    let provider = match (name?, stripe?) {
        (PaymentProvider::Test, _) => Provider::Test,
        (PaymentProvider::Stripe, Some(stripe)) => Provider::Stripe(stripe),
        (PaymentProvider::Stripe, None) => {
            settings
                .refuse("stripe-secret-key", "is missing: Stripe's secret key, such as sk_test_…");
            return None;
        }
    };
    Some(Settings { provider, webhook_secrets: webhook_secrets?.unwrap_or_default() })
}
