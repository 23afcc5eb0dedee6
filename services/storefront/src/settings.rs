//! Settings of storefront.

use std::net::SocketAddr;
use std::path::PathBuf;

use ::service::limits::SearchSettings;
use ::service::settings::{Settings as SettingValues, path, table};
use clap::{Arg, Args};
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
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The address of the process, where it contains the other services too.
    pub own_address: Option<SocketAddr>,
    /// The addresses of other services, by name.
    pub addresses: Vec<(&'static str, String)>,
    /// Rate limit of search steps, per address.
    pub search_limit: Option<Quota>,
    /// The files of the texts about the operator, by the last segment of their path.
    pub texts: Vec<(&'static str, PathBuf)>,
}

/// The table of settings.
pub fn all() -> Vec<Arg> {
    [table::<Arguments>(), table::<SearchSettings>()].concat()
}

/// The settings.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let own: Arguments = settings.get()?;
    let search: SearchSettings = settings.get()?;
    let addresses = [
        ("auth", own.auth_url),
        ("tickets", own.tickets_url),
        ("orders", own.orders_url),
        ("payments", own.payments_url),
    ];
    let texts =
        [("imprint", own.imprint_file), ("terms", own.terms_file), ("privacy", own.privacy_file)];
    Some(Settings {
        own_address: None,
        addresses: addresses.into_iter().filter_map(|(name, url)| Some((name, url?))).collect(),
        search_limit: search.quota(settings.mode()),
        texts: texts.into_iter().filter_map(|(name, file)| Some((name, file?))).collect(),
    })
}

fn url(text: &str) -> Result<String, &'static str> {
    let rule = "must be an address such as http://orders:3003, without a path";
    let url: reqwest::Url = text.parse().map_err(|_| rule)?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    let is_http = matches!(url.scheme(), "http" | "https") && url.has_host();
    if is_bare && is_http { Ok(text.trim_end_matches('/').to_owned()) } else { Err(rule) }
}
