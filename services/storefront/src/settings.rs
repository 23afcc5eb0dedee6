//! Settings of storefront.

use std::net::SocketAddr;
use std::path::PathBuf;

use ::service::limits::SearchSettings;
use ::service::settings::{Settings as SettingValues, path, table};
use clap::{Arg, Args};
use contract::payment_provider::{PaymentProvider, ProviderSettings};
use web::Quota;

/// Settings of storefront, as they are declared.
#[derive(Args)]
struct Arguments {
    /// Address of auth for the pages; by default this process, or auth at its port.
    #[arg(long, env, value_name = "URL", value_parser = url)]
    auth_url: Option<String>,
    /// Address of tickets for the pages; by default this process, or tickets at its port.
    #[arg(long, env, value_name = "URL", value_parser = url)]
    tickets_url: Option<String>,
    /// Address of orders for the pages; by default this process, or orders at its port.
    #[arg(long, env, value_name = "URL", value_parser = url)]
    orders_url: Option<String>,
    /// Address of payments for the pages; by default this process, or payments at its port.
    #[arg(long, env, value_name = "URL", value_parser = url)]
    payments_url: Option<String>,
    /// Address of mail for the pages; by default this process, or mail at its port.
    #[arg(long, env, value_name = "URL", value_parser = url)]
    mail_url: Option<String>,
    /// Address of admissions for the pages; by default this process, or admissions at its port.
    #[arg(long, env, value_name = "URL", value_parser = url)]
    admissions_url: Option<String>,
    /// Publishable key of the account at Stripe, pk_…: pages show Stripe's form of cards. Without it
    /// they offer test cards, which production refuses.
    #[arg(long, env, value_name = "KEY", value_parser = publishable_key)]
    stripe_publishable_key: Option<String>,
    /// Text of the imprint, in paragraphs; lines that begin with # are headings.
    #[arg(long, env, value_name = "FILE", value_parser = path)]
    imprint_file: Option<PathBuf>,
    /// Text of the terms, likewise.
    #[arg(long, env, value_name = "FILE", value_parser = path)]
    terms_file: Option<PathBuf>,
    /// Text about privacy, likewise.
    #[arg(long, env, value_name = "FILE", value_parser = path)]
    privacy_file: Option<PathBuf>,
}

/// Settings of storefront.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The payment provider.
    pub provider: PaymentProvider,
    /// The public key of the account at Stripe, for its form of cards.
    pub stripe_publishable_key: Option<String>,
    /// The address of the process, where it contains the other services too.
    pub own_address: Option<SocketAddr>,
    /// The addresses of other services, by name.
    pub addresses: Vec<(&'static str, String)>,
    /// Rate limit of search steps, per address.
    pub search_limit: Option<Quota>,
    /// The files of the texts about the operator, by the last segment of their path.
    pub texts: Vec<(&'static str, PathBuf)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            provider: PaymentProvider::Test,
            stripe_publishable_key: None,
            own_address: None,
            addresses: Vec::new(),
            search_limit: None,
            texts: Vec::new(),
        }
    }
}

/// The table of settings.
#[must_use]
pub fn all() -> Vec<Arg> {
    let own = [table::<Arguments>(), table::<SearchSettings>()].concat();
    [table::<ProviderSettings>(), own].concat()
}

/// The settings.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let own: Arguments = settings.get()?;
    let search: SearchSettings = settings.get()?;
    let ProviderSettings { payment_provider, .. } = settings.get()?;
    let key = own.stripe_publishable_key;
    let is_missing = payment_provider == PaymentProvider::Stripe && key.is_none();
    let why = "is missing: production offers no test cards";
    settings.refuse_in_production(&["stripe-publishable-key"], is_missing.then_some(why));
    if payment_provider == PaymentProvider::Test && key.is_some() {
        settings.refuse(&["stripe-publishable-key"], "needs the payment provider stripe");
    }
    let addresses = [
        ("auth", own.auth_url),
        ("tickets", own.tickets_url),
        ("orders", own.orders_url),
        ("payments", own.payments_url),
        ("mail", own.mail_url),
        ("admissions", own.admissions_url),
    ];
    let texts =
        [("imprint", own.imprint_file), ("terms", own.terms_file), ("privacy", own.privacy_file)];
    Some(Settings {
        provider: payment_provider,
        stripe_publishable_key: key,
        own_address: None,
        addresses: addresses.into_iter().filter_map(|(name, url)| Some((name, url?))).collect(),
        search_limit: search.quota(settings.mode()),
        texts: texts.into_iter().filter_map(|(name, file)| Some((name, file?))).collect(),
    })
}

fn publishable_key(text: &str) -> Result<String, &'static str> {
    let is_key =
        text.starts_with("pk_") && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if is_key {
        Ok(text.to_owned())
    } else {
        Err("must be a publishable key, which begins with pk_")
    }
}

fn url(text: &str) -> Result<String, &'static str> {
    let rule = "must be an address such as http://orders:3003, without a path";
    let url: reqwest::Url = text.parse().map_err(|_| rule)?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
    if is_bare && is_http { Ok(text.trim_end_matches('/').to_owned()) } else { Err(rule) }
}
