//! Every message type, one module per aggregate: the state that it carries and the names of its
//! changes. [`SERVICES`]: every service with the messages that it publishes and reads.

pub mod admission;
pub mod contact;
pub mod expiration;
pub mod inventory;
pub mod link;
pub mod notice;
pub mod order;
pub mod part;
pub mod payment;
pub mod person;
pub mod revision;
pub mod sale;
pub mod service;
pub mod services;
pub mod session;
pub mod show;
pub mod show_refunds;
pub mod show_revision;
pub mod show_terms;
pub mod ticket;
pub mod transfer;
pub mod types;
pub mod user;

pub use services::{SERVICES, Service, consumers};
pub use types::{ALL, aggregate_of, types_of};

/// The types that a service publishes.
pub fn published_by(service: &str) -> impl Iterator<Item = &'static str> + use<> {
    services::find(service).into_iter().flat_map(Service::publishes)
}

/// The consumers of a service, each with its subject.
pub fn consumers_of(service: &str) -> impl Iterator<Item = (String, &'static str)> + use<> {
    services::find(service).into_iter().flat_map(Service::consumers)
}

/// The service that publishes a type, or all types of a subject (`payment.*`).
#[must_use]
pub fn owner(subject: &str) -> Option<&'static str> {
    SERVICES.iter().find(|service| service.is_owner_of(subject)).map(|service| service.name)
}
