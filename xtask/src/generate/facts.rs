//! The values of the templates: the services, the message types and flows, the workspace's version.

use anyhow::Context as _;
use contract::catalogue::services::{KeyRole, ProviderRole, SERVICES, Service};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use serde_json::json;
use xshell::Shell;

use super::sections::MARK;
use super::{flows, messages};

/// Everything that files are generated from.
#[derive(Debug)]
pub(super) struct Facts {
    services: Vec<ServiceFacts>,
    messages: Vec<messages::Message>,
    version: String,
}

/// A service, as templates and programs in other languages read it.
#[derive(Debug, Clone, Serialize)]
struct ServiceFacts {
    name: &'static str,
    about: &'static str,
    /// Effect of its absence on customers.
    absence: &'static str,
    port: u16,
    /// Whether it signs sessions; the others verify them.
    signs: bool,
    /// Whether clients reach it.
    public: bool,
    paths: &'static [&'static str],
    pages: &'static [&'static str],
    /// The services whose API it calls.
    calls: &'static [&'static str],
    collections: &'static [&'static str],
    databases: Vec<&'static str>,
    more_databases: &'static [&'static str],
    owns: &'static [&'static str],
    consumers: Vec<messages::Consumer>,
    /// `unused`, `amount_rules` or `charges`.
    payment_provider: &'static str,
    /// Whether it trims the log of messages.
    keeps_log: bool,
}

impl From<&Service> for ServiceFacts {
    fn from(service: &Service) -> Self {
        Self {
            name: service.name,
            about: service.about,
            absence: service.absence,
            port: service.port,
            signs: service.session_key == KeyRole::Signs,
            public: service.is_public(),
            paths: service.paths,
            pages: service.pages,
            calls: service.calls,
            collections: service.collections,
            databases: service.databases().collect(),
            more_databases: service.more_databases,
            owns: service.owns,
            consumers: messages::consumers_of(service).collect(),
            payment_provider: match service.payment_provider {
                ProviderRole::Unused => "unused",
                ProviderRole::AmountRules => "amount_rules",
                ProviderRole::Charges => "charges",
            },
            keeps_log: service.keeps_log,
        }
    }
}

impl Facts {
    /// Reads the version and the samples of messages; the rest is compiled in.
    pub(super) fn gather(tree: &Shell) -> anyhow::Result<Self> {
        let manifest = tree.read_file("Cargo.toml")?;
        let version = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
        let version = version.and_then(|rest| rest.strip_suffix('"'));
        Ok(Self {
            services: SERVICES.iter().map(ServiceFacts::from).collect(),
            messages: messages::all(tree)?,
            version: version.context("Cargo.toml: no version")?.to_owned(),
        })
    }

    pub(super) fn values(&self) -> Value {
        context! {
            services => Value::from(Serde(&self.services)),
            messages => Value::from(Serde(&self.messages)),
            flows => Value::from(Serde(flows::all())),
            version => self.version.clone(),
        }
    }

    pub(super) fn each_service(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.services.iter().map(|service| (service.name, Value::from(Serde(service))))
    }

    /// The services as JSON, for programs in other languages.
    pub(super) fn services_json(&self) -> serde_json::Result<String> {
        let comment = format!("{MARK} from common/contract/src/catalogue/services.rs.");
        let services = serde_json::to_value(&self.services)?;
        let document = json!({"comment": comment, "services": services});
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }
}
