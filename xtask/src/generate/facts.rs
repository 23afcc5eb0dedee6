//! The values of the templates: the services, the message types and flows, the workspace's version.

use std::path::Path;

use contract::catalogue::services::{KeyRole, ProviderRole, SERVICES, Service};
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::Serialize;
use serde_json::{Map, json};

use super::sections::MARK;
use super::{flows, messages};
use crate::Error;
use crate::comparison::read;

/// Everything that files are generated from.
#[derive(Debug)]
pub struct Facts {
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
    /// Reads the version and the samples of messages at `root`; the rest is compiled in.
    ///
    /// # Errors
    /// [`Error`] if a file is missing or not in the expected form.
    pub fn gather(root: &Path) -> Result<Self, Error> {
        let manifest = read(&root.join("Cargo.toml"))?.unwrap_or_default();
        let version = manifest.lines().find_map(|line| line.strip_prefix("version = \""));
        let version = version.and_then(|rest| rest.strip_suffix('"'));
        let version = version.ok_or_else(|| Error::Form("Cargo.toml: no version".to_owned()))?;
        Ok(Self {
            services: SERVICES.iter().map(ServiceFacts::from).collect(),
            messages: messages::all(root)?,
            version: version.to_owned(),
        })
    }

    /// The values of every template.
    pub(super) fn values(&self) -> Value {
        context! {
            services => Value::from(Serde(&self.services)),
            messages => Value::from(Serde(&self.messages)),
            flows => Value::from(Serde(flows::all())),
            version => self.version.clone(),
        }
    }

    /// Each service with its values.
    pub(super) fn each_service(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.services.iter().map(|service| (service.name, Value::from(Serde(service))))
    }

    /// The services as JSON, for programs in other languages.
    pub(super) fn services_json(&self) -> Result<String, Error> {
        let comment = format!("{MARK} from common/contract/src/catalogue/services.rs.");
        let mut document = Map::new();
        document.insert("comment".to_owned(), json!(comment));
        document.insert("services".to_owned(), serde_json::to_value(&self.services)?);
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }
}
