//! The payment provider, as a setting of every service that prices, sells or charges: its rules hold from the offer on.

use std::str::FromStr;

use contract::amount_rules::AmountRules;

use crate::settings::{Setting, Settings};

/// The setting, which each of these services has.
pub const SETTING: Setting = Setting {
    flag: "payment-provider",
    env: "PAYMENT_PROVIDER",
    default: "test",
    value: "NAME",
    help: "Who holds and takes the money: test (built in, moves none) or stripe; the same for tickets, orders and payments",
};

/// Payment providers by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentProvider {
    /// The built-in one.
    Test,
    /// Stripe.
    Stripe,
}

impl FromStr for PaymentProvider {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "test" => Ok(Self::Test),
            "stripe" => Ok(Self::Stripe),
            _ => Err("must be test or stripe"),
        }
    }
}

impl PaymentProvider {
    /// The amounts that it charges.
    #[must_use]
    pub const fn amount_rules(self) -> AmountRules {
        match self {
            Self::Test => AmountRules::Unlimited,
            Self::Stripe => AmountRules::Stripe,
        }
    }
}

/// Takes the setting.
pub fn take(settings: &mut Settings) -> Option<PaymentProvider> {
    settings.take(SETTING.flag, PaymentProvider::from_str)
}
