//! Settings of admissions.

use ::service::settings::{Settings as SettingValues, table as table_of};
use clap::Arg;
use contract::amount_rules::AmountRules;
use contract::payment_provider::ProviderSettings;

/// Settings of admissions.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Prices that the payment provider charges.
    pub amount_rules: AmountRules,
}

/// The table of settings.
#[must_use]
pub fn table() -> Vec<Arg> {
    table_of::<ProviderSettings>()
}

/// The settings of the payment provider.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let provider: ProviderSettings = settings.get()?;
    settings.refuse_in_production(&ProviderSettings::FLAGS, provider.refused_in_production());
    Some(Settings { amount_rules: provider.payment_provider.amount_rules() })
}
