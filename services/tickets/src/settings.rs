//! Settings of tickets.

use ::service::limits::{LIMIT_MAX, Limit, limit};
use ::service::settings::Settings as SettingValues;
use clap::Args;
use contract::amount_rules::AmountRules;
use contract::payment_provider::ProviderSettings;
use web::Quota;

/// Search steps per minute and address in production: one search a second over 5,000 tickets.
const SEARCH_STEPS_PER_MINUTE: u32 = 600;

/// Images per minute and seller in production: more than a person chooses; each takes a second.
const IMAGES_PER_MINUTE: u32 = 10;

/// Reports per minute and account in production, repeats included: more than a person writes.
const REPORTS_PER_MINUTE: u32 = 10;

/// Settings of tickets, as they are declared.
#[derive(Args)]
#[expect(clippy::struct_field_names, reason = "a field has the name of its setting")]
pub struct Arguments {
    /// Search steps per minute and address, each over 500 tickets; 0 is no limit, auto is 600 in
    /// production, else 0.
    #[arg(long, env, default_value = "auto", value_name = "COUNT", value_parser = limit(LIMIT_MAX))]
    search_limit: Limit,
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

/// The settings, with those of the payment provider.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let Arguments { search_limit, image_limit, report_limit } = settings.get()?;
    let provider: ProviderSettings = settings.get()?;
    settings.refuse_in_production(&ProviderSettings::FLAGS, provider.refused_in_production());
    Some(Settings {
        amount_rules: provider.payment_provider.amount_rules(),
        search_limit: search_limit.per_minute(settings.mode(), SEARCH_STEPS_PER_MINUTE),
        image_limit: image_limit.per_minute(settings.mode(), IMAGES_PER_MINUTE),
        report_limit: report_limit.per_minute(settings.mode(), REPORTS_PER_MINUTE),
    })
}
