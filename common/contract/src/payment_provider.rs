//! The payment provider, a setting of services: its amount rules apply from the offer on.

use clap::{Args, ValueEnum};

use crate::values::amount_rules::AmountRules;

/// The settings of tickets, orders and payments.
#[derive(Debug, Clone, Copy, Args)]
pub struct ProviderSettings {
    /// Payment provider: test (built in, moves no money) or stripe; the same for tickets, orders
    /// and payments.
    #[arg(long, env, default_value = "test", value_name = "NAME")]
    pub payment_provider: PaymentProvider,
    /// Whether production may sell for no money, with the payment provider test.
    #[arg(long, env, default_value = "no", value_name = "YES|NO")]
    allow_test_provider: Permission,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Permission {
    Yes,
    No,
}

impl ProviderSettings {
    /// Their names.
    pub const FLAGS: [&str; 2] = ["payment-provider", "allow-test-provider"];

    /// Why production needs permission for the provider without money: test cards buy everything.
    #[must_use]
    pub fn refused_in_production(self) -> Option<&'static str> {
        let is_refused = self.payment_provider == PaymentProvider::Test
            && self.allow_test_provider == Permission::No;
        is_refused.then_some(
            "is test, which takes no money: production needs stripe, or ALLOW_TEST_PROVIDER=yes",
        )
    }
}

/// Payment providers by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PaymentProvider {
    /// The built-in one.
    Test,
    /// Stripe.
    Stripe,
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
