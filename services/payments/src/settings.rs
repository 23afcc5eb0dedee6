//! Settings of payments.

use std::num::NonZeroU32;
use std::str::FromStr as _;
use std::sync::LazyLock;

use ::service::limits::{self, Auto};
use ::service::settings::{Setting, Settings as Given};
use contract::amount_rules::AmountRules;
use contract::payment_provider::{self, PaymentProvider};
use web::PrivateNetworks;

use crate::domain::AttemptLimits;
use crate::provider::stripe::{self, StripeSettings, WebhookSecrets};

/// Declines in a row after which an account has to wait: typing errors, and the cards that a person
/// has.
const DECLINE_LIMIT: Auto = Auto { production: 5, development: 0 };

/// Failed attempts of an account within an hour.
const CARD_ATTEMPT_LIMIT: Auto = Auto { production: 10, development: 0 };

/// Failed cards of an account within a day. A provider's token can be used once, so that a card
/// that is entered again counts again.
const CARD_LIMIT: Auto = Auto { production: 5, development: 0 };

/// Failed and open attempts from a network within an hour: enough for a carrier's address
/// translation during an on-sale.
const NETWORK_CARD_ATTEMPT_LIMIT: Auto = Auto { production: 100, development: 0 };

/// Maximum of these limits: each attempt has about 100 bytes in a document that every attempt of
/// the account or network writes.
const CARD_LIMIT_MAX: u64 = 1_000;

static OWN: &[Setting] = &[
    payment_provider::SETTING,
    payment_provider::ALLOW_TEST,
    Setting {
        flag: "stripe-webhook-secrets",
        env: "STRIPE_WEBHOOK_SECRETS",
        default: "",
        value: "SECRETS",
        help: "Signing secrets of Stripe's events, whsec_…, separated by commas; several during a rotation",
    },
    Setting {
        flag: "stripe-webhook-secrets-file",
        env: "STRIPE_WEBHOOK_SECRETS_FILE",
        default: "",
        value: "FILE",
        help: "File with those secrets",
    },
    Setting {
        flag: "decline-limit",
        env: "DECLINE_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Declined cards in a row after which an account waits before each further attempt, from 1 s doubling to 15 minutes; 0 is no limit, auto 5 in production, else 0",
    },
    Setting {
        flag: "card-attempt-limit",
        env: "CARD_ATTEMPT_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Failed attempts of an account to charge a card within an hour; 0 is no limit, auto 10 in production, else 0",
    },
    Setting {
        flag: "card-limit",
        env: "CARD_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Failed cards of an account within a day; 0 is no limit, auto 5 in production, else 0",
    },
    Setting {
        flag: "network-card-attempt-limit",
        env: "NETWORK_CARD_ATTEMPT_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Failed attempts from one network (IPv4 /24, IPv6 /48) to charge a card within an hour; 0 is no limit, auto 100 in production, else 0; private networks are exempt in development",
    },
];

/// The table of settings.
pub static TABLE: LazyLock<Vec<Setting>> =
    LazyLock::new(|| [OWN, stripe::settings::TABLE].concat());

/// The settings. `Debug` hides secrets.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The payment provider.
    pub provider: Provider,
    /// The signing secrets of the provider's events.
    pub webhook_secrets: WebhookSecrets,
    /// Limits on attempts to charge cards.
    pub cards: CardSettings,
}

/// Limits on attempts to charge cards; none by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct CardSettings {
    /// Per account.
    pub account: AttemptLimits,
    /// Per network within an hour.
    pub network_attempts: Option<NonZeroU32>,
    /// Whether private networks count.
    pub private_networks: PrivateNetworks,
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

impl Provider {
    /// The amounts that the provider charges.
    #[must_use]
    pub const fn amount_rules(&self) -> AmountRules {
        match self {
            Self::Test => PaymentProvider::Test.amount_rules(),
            Self::Stripe(_) => PaymentProvider::Stripe.amount_rules(),
        }
    }

    /// A short description for the start-up log.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Test => "test (built in; moves no real money)".to_owned(),
            Self::Stripe(stripe) => stripe.describe(),
        }
    }
}

/// Reads all values before checking any, so that all errors are reported.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let name = settings.take_permitted(
        payment_provider::SETTING.flag,
        payment_provider::ALLOW_TEST.flag,
        PaymentProvider::from_str,
        PaymentProvider::refused_in_production,
    );
    let stripe = stripe::settings::take(settings);
    let (flag, file_flag) = ("stripe-webhook-secrets", "stripe-webhook-secrets-file");
    let webhook_secrets = settings.take_secret_or_file(flag, file_flag, WebhookSecrets::parse);
    let cards = cards(settings);
    let provider = match (name?, stripe?) {
        (PaymentProvider::Test, _) => Provider::Test,
        (PaymentProvider::Stripe, Some(stripe)) => Provider::Stripe(stripe),
        (PaymentProvider::Stripe, None) => {
            settings
                .refuse("stripe-secret-key", "is missing: Stripe's secret key, such as sk_test_…");
            return None;
        }
    };
    let webhook_secrets = webhook_secrets?.unwrap_or_default();
    Some(Settings { provider, webhook_secrets, cards: cards? })
}

fn cards(settings: &mut Given) -> Option<CardSettings> {
    let mut limit = |flag, auto| limits::limit(settings, flag, auto, CARD_LIMIT_MAX);
    let declines = limit("decline-limit", DECLINE_LIMIT);
    let attempts = limit("card-attempt-limit", CARD_ATTEMPT_LIMIT);
    let cards = limit("card-limit", CARD_LIMIT);
    let network_attempts = limit("network-card-attempt-limit", NETWORK_CARD_ATTEMPT_LIMIT);
    Some(CardSettings {
        account: AttemptLimits { declines: declines?, attempts: attempts?, cards: cards? },
        network_attempts: network_attempts?,
        private_networks: limits::private_networks(settings),
    })
}
