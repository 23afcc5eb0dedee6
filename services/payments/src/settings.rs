//! Settings of payments.

use std::num::NonZeroU32;

use ::service::limits::{Auto, Limit, limit, private_networks};
use ::service::settings::{Settings as Given, table as table_of};
use clap::{Arg, Args};
use contract::amount_rules::AmountRules;
use contract::payment_provider::{PaymentProvider, ProviderSettings};
use web::PrivateNetworks;

use crate::domain::AttemptLimits;
use crate::provider::stripe::{self, StripeSettings, WebhookSecrets};

/// Declines in a row before a wait: typing errors, and the cards that a person has.
const DECLINE_LIMIT: Auto = Auto { production: 5, development: 0 };

/// Failed attempts of an account within an hour.
const CARD_ATTEMPT_LIMIT: Auto = Auto { production: 10, development: 0 };

/// Failed cards of an account within a day. A card that is entered again has another token and
/// counts again.
const CARD_LIMIT: Auto = Auto { production: 5, development: 0 };

/// Failed and open attempts from a network within an hour: a carrier has many payers.
const NETWORK_CARD_ATTEMPT_LIMIT: Auto = Auto { production: 100, development: 0 };

/// Maximum of these limits: every attempt writes a document with about 100 bytes for each.
const CARD_LIMIT_MAX: u64 = 1_000;

/// Settings of payments, as they are declared.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Signing secrets of Stripe's events, `whsec_…`, separated by commas; several during a
    /// rotation.
    #[arg(long, env, hide_env_values = true, value_name = "SECRETS")]
    #[arg(value_parser = WebhookSecrets::parse)]
    stripe_webhook_secrets: Option<WebhookSecrets>,
    /// Declined cards in a row after which an account waits before each further attempt, from 1 s
    /// doubling to 15 minutes; 0 is no limit, auto 5 in production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT")]
    #[arg(value_parser = limit(CARD_LIMIT_MAX))]
    decline_limit: Limit,
    /// Failed attempts of an account to charge a card within an hour; 0 is no limit, auto 10 in
    /// production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT")]
    #[arg(value_parser = limit(CARD_LIMIT_MAX))]
    card_attempt_limit: Limit,
    /// Failed cards of an account within a day; 0 is no limit, auto 5 in production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT")]
    #[arg(value_parser = limit(CARD_LIMIT_MAX))]
    card_limit: Limit,
    /// Failed attempts from one network (IPv4 /24, IPv6 /48) to charge a card within an hour; 0 is
    /// no limit, auto 100 in production, else 0; private networks are exempt in development.
    #[arg(long, env, default_value = "auto", value_name = "COUNT")]
    #[arg(value_parser = limit(CARD_LIMIT_MAX))]
    network_card_attempt_limit: Limit,
    #[command(flatten)]
    stripe: stripe::settings::Arguments,
}

/// The table of settings.
#[must_use]
pub fn table() -> Vec<Arg> {
    [table_of::<ProviderSettings>(), table_of::<Arguments>()].concat()
}

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

/// The settings, whose relations are checked.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let given: Arguments = settings.get()?;
    let mode = settings.mode();
    let stripe = given.stripe.checked(settings);
    let provider: ProviderSettings = settings.get()?;
    settings.refuse_in_production(&ProviderSettings::FLAGS, provider.refused_in_production());
    let provider = match (provider.payment_provider, stripe) {
        (PaymentProvider::Test, _) => Provider::Test,
        (PaymentProvider::Stripe, Some(stripe)) => Provider::Stripe(stripe),
        (PaymentProvider::Stripe, None) => {
            let why = "is missing: Stripe's secret key, such as sk_test_…";
            settings.refuse(&["stripe-secret-key"], why);
            return None;
        }
    };
    let account = AttemptLimits {
        declines: given.decline_limit.in_mode(mode, DECLINE_LIMIT),
        attempts: given.card_attempt_limit.in_mode(mode, CARD_ATTEMPT_LIMIT),
        cards: given.card_limit.in_mode(mode, CARD_LIMIT),
    };
    let network = given.network_card_attempt_limit;
    let cards = CardSettings {
        account,
        network_attempts: network.in_mode(mode, NETWORK_CARD_ATTEMPT_LIMIT),
        private_networks: private_networks(mode),
    };
    let webhook_secrets = given.stripe_webhook_secrets.unwrap_or_default();
    Some(Settings { provider, webhook_secrets, cards })
}
