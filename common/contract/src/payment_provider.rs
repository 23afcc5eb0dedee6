//! The payment provider, a setting of every service that prices, sells or charges: its amount rules
//! apply from the offer on.

use std::str::FromStr;

use crate::setting::Setting;
use crate::values::amount_rules::AmountRules;

/// The provider, a setting of tickets, orders and payments.
pub const SETTING: Setting = Setting {
    flag: "payment-provider",
    env: "PAYMENT_PROVIDER",
    default: "test",
    value: "NAME",
    help: "Who holds and takes the money: test (built in, moves none) or stripe; the same for tickets, orders and payments",
};

/// The permission for the test provider in production.
pub const ALLOW_TEST: Setting = Setting {
    flag: "allow-test-provider",
    env: "ALLOW_TEST_PROVIDER",
    default: "no",
    value: "YES|NO",
    help: "Whether production may sell for no money, with the payment provider test",
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

    /// Why production needs [`ALLOW_TEST`] for it: with the provider that moves no money, test
    /// cards buy everything.
    #[must_use]
    pub fn refused_in_production(&self) -> Option<&'static str> {
        match self {
            Self::Test => Some(
                "is test, which takes no money: production needs stripe, or ALLOW_TEST_PROVIDER=yes",
            ),
            Self::Stripe => None,
        }
    }
}
