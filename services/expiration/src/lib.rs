//! Deadlines of orders: a hint when one has passed. Orders decides, and finds overdue orders without hints too.
//!
//! | room | holds |
//! |---|---|
//! | `ports` | dependencies of routes, listeners and loops |
//! | `domain` | `Deadline`: pending, passed or settled; pure |
//! | `documents` | how deadlines are kept and found |
//! | `listeners` | one file a subscription |
//! | `loops` | the alarm clock |
//! | `person` | exports and erasures |

pub mod documents;
pub mod domain;
mod listeners;
pub mod loops;
mod person;
mod ports;

use std::sync::Arc;
use std::time::Duration;

use ::service::{Loop, Platform, Retention, Service, ServiceDefinition};
use contract::catalogue::services;
use store::{Collection, Unavailable};
use tokio::sync::Notify;

pub use domain::Deadline;
pub use ports::{NAME, Ports};

/// The collections of its store.
pub static COLLECTIONS: &[&Collection] = &[&documents::DEADLINES];

/// How long a settled deadline is kept: far longer than any message is redelivered, so that none can bring it back.
const SETTLED_KEPT: Duration = Duration::from_hours(24);

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::EXPIRATION,
    collections: COLLECTIONS,
    settings: Vec::new,
    take: |_, _| Some(()),
    open: |opening| Box::pin(service(opening.platform)),
    // Its messages are hints: no service keeps a copy of them.
    republish: None,
};

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] when its store or the bus does not answer.
pub async fn service(platform: Platform) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let deadlines = Arc::new(Notify::new());
    let ports = Ports { store, clock: platform.clock.clone(), deadlines };
    for listener in listeners::all(&platform, &ports).await? {
        service.loops.push(Loop::listener(listener));
    }
    let (own, person) = (&ports.store, person::Nothing);
    service.loops.push(::service::person::listener(NAME, own, &platform, person).await?);
    let announce = loops::AnnounceDeadlines::new(ports.clone());
    service.loops.push(::service::steps!("expiration.announce_deadlines", announce));
    let forget = Retention::<Deadline>::new(ports.store, ports.clock, "settled", SETTLED_KEPT);
    service.loops.push(::service::steps!("expiration.forget_settled", forget));
    Ok(service)
}
