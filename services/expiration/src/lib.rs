//! Deadlines of orders: publishes a hint when a deadline has passed. Orders decides, and also finds
//! overdue orders without hints.
//!
//! | module | contents |
//! |---|---|
//! | `domain` | `Deadline`: pending, passed or settled; pure |
//! | `loops` | announcement of passed deadlines |

pub mod documents;
pub mod domain;
mod listeners;
pub mod loops;
mod person;
mod ports;

use std::sync::Arc;
use std::time::Duration;

use ::service::{Loop, Platform, Service, ServiceDefinition};
use contract::catalogue::services;
use store::{Collection, Unavailable};
use tokio::sync::Notify;

pub use domain::Deadline;
pub use ports::{NAME, Ports};

/// Collections of the store.
pub static COLLECTIONS: &[&Collection] = &[&documents::DEADLINES];

/// Retention of settled deadlines: far longer than redeliveries, so that no message can create one
/// again.
const SETTLED_KEPT: Duration = Duration::from_hours(24);

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::EXPIRATION,
    collections: COLLECTIONS,
    settings: Vec::new,
    take: |_, _| Some(()),
    open: |context| Box::pin(service(context.platform)),
    // Its messages are hints: no service keeps a copy of them.
    republish: None,
};

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] if its store or the bus is unreachable.
pub async fn service(platform: Platform) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let deadlines = Arc::new(Notify::new());
    let ports = Ports { store, clock: platform.clock.clone(), deadlines };
    service.loops.extend(listeners::all(&platform, &ports).await?);
    let person = ::service::person::listener(NAME, &ports.store, &platform, ports.clone());
    service.loops.push(person.await?);
    let (own, kept) = ((&ports.store, &ports.clock), ("settled", SETTLED_KEPT));
    let forget = Loop::forgetting::<Deadline>("expiration.forget_settled", own, kept);
    let announce = loops::AnnounceDeadlines { ports };
    let announce = ::service::steps!("expiration.announce_deadlines", announce);
    service.loops.extend([announce, forget]);
    Ok(service)
}
