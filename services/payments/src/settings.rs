//! What payments can be set.

use std::str::FromStr;

use ::service::settings::{Setting, Settings as Given};

/// The table of settings.
pub static TABLE: &[Setting] = &[Setting {
    flag: "payment-provider",
    env: "PAYMENT_PROVIDER",
    default: "test",
    value: "NAME",
    help: "Who holds and takes the money: test (built in, moves none)",
}];

/// What can be set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Who holds and takes the money.
    pub provider: Provider,
}

/// Payment providers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Provider {
    /// The built-in one, with its ledger in the store `test-provider`.
    #[default]
    Test,
}

impl FromStr for Provider {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "test" => Ok(Self::Test),
            _ => Err("must be test"),
        }
    }
}

/// Takes every value.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let provider = settings.take("payment-provider", Provider::from_str);
    Some(Settings { provider: provider? })
}
