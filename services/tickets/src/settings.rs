//! Settings of tickets.

use ::service::limits::{LIMIT_MAX, Limit, SearchSettings, limit};
use ::service::settings::{Settings as SettingValues, table};
use clap::{Arg, Args};
use contract::amount_rules::AmountRules;
use contract::payment_provider::ProviderSettings;
use web::Quota;

/// Images per minute and seller in production: more than a person chooses; each takes a second.
const IMAGES_PER_MINUTE: u32 = 10;

/// Reports per minute and account in production, repeats included: more than a person writes.
const REPORTS_PER_MINUTE: u32 = 10;

/// Settings of tickets, as they are declared.
#[derive(Args)]
pub struct Arguments {
    /// Images of shows per minute and seller; 0 is no limit, auto is 10 in production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    image_limit: Limit,
    /// Reports of offers per minute and account; 0 is no limit, auto is 10 in production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    report_limit: Limit,
}

/// Settings of tickets.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settings {
    /// Prices that the payment provider charges.
    pub amount_rules: AmountRules,
    /// Rate limit of search steps, per address.
    pub search_limit: Option<Quota>,
    /// Rate limit of images, per seller.
    pub image_limit: Option<Quota>,
    /// Rate limit of reports, per account.
    pub report_limit: Option<Quota>,
}

/// The table of settings.
#[must_use]
pub fn all() -> Vec<Arg> {
    let own = [table::<Arguments>(), table::<SearchSettings>()].concat();
    [table::<ProviderSettings>(), own].concat()
}

/// The settings, with those of the payment provider.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let Arguments { image_limit, report_limit } = settings.get()?;
    let search: SearchSettings = settings.get()?;
    let provider: ProviderSettings = settings.get()?;
    settings.refuse_in_production(&ProviderSettings::FLAGS, provider.refused_in_production());
    Some(Settings {
        amount_rules: provider.payment_provider.amount_rules(),
        search_limit: search.quota(settings.mode()),
        image_limit: image_limit.per_minute(settings.mode(), IMAGES_PER_MINUTE),
        report_limit: report_limit.per_minute(settings.mode(), REPORTS_PER_MINUTE),
    })
}
