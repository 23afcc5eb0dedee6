//! What tickets can be set.

use std::str::FromStr as _;

use ::service::limits;
use ::service::settings::{Setting, Settings as Given};
use contract::amount_rules::AmountRules;
use contract::payment_provider::{self, PaymentProvider};
use web::Quota;

/// Search steps a minute of one address in production: a person who searches once a second in a shop of 5,000 tickets.
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
        help: "Search steps a minute of one address, each over 500 tickets; 0 is no limit, auto 600 in production, else 0",
    },
];

/// What can be set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// The prices that can be paid.
    pub amount_rules: AmountRules,
    /// Search steps of one address.
    pub search_limit: Option<Quota>,
}

/// Takes every value before looking at any.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let provider = settings.take_permitted(
        payment_provider::SETTING.flag,
        payment_provider::ALLOW_TEST.flag,
        PaymentProvider::from_str,
        PaymentProvider::refused_in_production,
    );
    let search_limit = limits::per_minute(settings, "search-limit", SEARCH_STEPS_PER_MINUTE);
    Some(Settings { amount_rules: provider?.amount_rules(), search_limit: search_limit? })
}
