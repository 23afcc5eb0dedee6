//! Admissions: the right of one holder to enter once, for each unit of a complete order.
//!
//! | module | contents |
//! |---|---|
//! | `domain` | `Admission`, its rules and refusals; copies of orders, shows and tickets; pure |
//! | `issuing` | admissions are issued and voided |
//! | `entry` | a scan at a door |
//! | `printing` | documents for paper, and their cache |
//! | `listeners`, `loops`, `routes` | one file each |

mod code;
pub mod documents;
pub mod domain;
mod entry;
mod event;
mod issuing;
mod listeners;
mod loops;
mod metric_descriptions;
mod person;
mod ports;
mod printing;
mod refusal;
mod routes;

use std::sync::Arc;
use std::time::Duration;

use ::service::{Loop, Platform, Routes, Service, ServiceDefinition, steps};
use contract::catalogue::services;
use store::{Collection, Unavailable};

use crate::domain::CheckIn;
use crate::loops::VoidAdmissions;

pub use domain::Admission;
pub use ports::NAME;
pub(crate) use ports::Ports;
pub use printing::purge as purge_documents;

/// Retention of the results of scans: far longer than a door repeats a request. The admission itself
/// stays used.
const CHECK_INS_KEPT: Duration = Duration::from_hours(30 * 24);

/// Collections of the store.
pub static COLLECTIONS: &[&Collection] = &[
    &documents::ADMISSIONS,
    &documents::BOOKINGS,
    &documents::CHECK_INS,
    &documents::DOCUMENTS,
    &documents::DOCUMENT_FILES,
    &documents::ISSUERS,
    &documents::SHOWS,
    &documents::TICKETS,
];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::ADMISSIONS,
    collections: COLLECTIONS,
    settings: Vec::new,
    take: |_, _| Some(()),
    open: |context| Box::pin(service(context.platform)),
    // No other service keeps a copy of an admission.
    republish: None,
};

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] if its store or the bus is unreachable.
pub async fn service(platform: Platform) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        cancelled: Arc::default(),
        ids: platform.ids.clone(),
        printer: printing::Printer::default(),
    };
    service.loops.extend(listeners::all(&platform, &ports).await?);
    let person = ::service::person::listener(NAME, &ports.store, &platform, ports.clone());
    service.loops.push(person.await?);
    service.loops.push(steps!("admissions.void_admissions", VoidAdmissions(ports.clone())));
    let own = (&ports.store, &ports.clock);
    service.loops.push(Loop::forgetting::<CheckIn>(
        "admissions.forget_check_ins",
        own,
        ("by_age", CHECK_INS_KEPT),
    ));
    service.loops.push(Loop::periodic(
        "admissions.forget_documents",
        (printing::FORGET_PERIOD, ports.clock.clone()),
        (ports.store.clone(), ports.clock.clone(), ports.printer.clone()),
        printing::forget_documents,
    ));
    service.metrics = metric_descriptions::METRICS;
    service.routes = Routes::on_ports(code::ALL, ports, routes::configure);
    Ok(service)
}
