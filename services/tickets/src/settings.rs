//! Settings of tickets.

use std::str::FromStr as _;

use ::service::limits;
use ::service::settings::{Setting, Settings as SettingValues};
use contract::amount_rules::AmountRules;
use contract::payment_provider::{self, PaymentProvider};
use web::Quota;

/// Search steps per minute and address in production: one search a second over 5,000 tickets.
const SEARCH_STEPS_PER_MINUTE: u32 = 600;

/// The table of settings.
pub static TABLE: &[Setting] = &[
    payment_provider::SETTING,
    payment_provider::ALLOW_TEST,
    Setting {
        flag: "search-limit",
        env: "SEARCH_LIMIT",
        default: "auto",
        value: "COUNT",
        help: "Search steps per minute and address, each over 500 tickets; 0 is no limit, auto is 600 in production, else 0",
    },
];

/// Settings of tickets.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Prices that the payment provider charges.
    pub amount_rules: AmountRules,
    /// Rate limit of search steps, per address.
    pub search_limit: Option<Quota>,
}

/// Reads all values before it returns, so that every invalid value is reported.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let provider = settings.take_permitted(
        payment_provider::SETTING.flag,
        payment_provider::ALLOW_TEST.flag,
        PaymentProvider::from_str,
        PaymentProvider::refused_in_production,
    );
    let search_limit = limits::per_minute(settings, "search-limit", SEARCH_STEPS_PER_MINUTE);
    Some(Settings { amount_rules: provider?.amount_rules(), search_limit: search_limit? })
}
