//! What tickets can be set.

use ::service::payment_provider;
use ::service::settings::{Setting, Settings as Given};
use contract::amount_rules::AmountRules;

/// The table of settings.
pub static TABLE: &[Setting] = &[payment_provider::SETTING];

/// What can be set.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// The prices that can be paid.
    pub amount_rules: AmountRules,
}

/// Takes every value before looking at any.
pub fn take(settings: &mut Given) -> Option<Settings> {
    let provider = payment_provider::take(settings)?;
    Some(Settings { amount_rules: provider.amount_rules() })
}
