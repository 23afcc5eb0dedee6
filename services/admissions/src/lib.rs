//! Admissions: the right of one holder to enter once, for each unit of a complete order.
//!
//! | module | contents |
//! |---|---|
//! | `domain` | `Admission`, `Transfer`, `Gate`, their rules and refusals; copies of orders, shows and tickets; pure |
//! | `issuing`, `counting` | admissions are issued, voided and counted |
//! | `claims` | the claims of codes, and the key that signs them |
//! | `doorkeeper` | the sender of a scan: a seller or a gate |
//! | `entry`, `merging` | a scan at a door; those of a door that had no network |
//! | `transferring` | transfers change, with their admissions |
//! | `resale` | admissions are listed, returned, and sold again |
//! | `printing` | documents for paper, and their cache |
//! | `listeners`, `loops`, `routes` | one file each |

mod claims;
mod code;
mod counting;
pub mod documents;
pub mod domain;
mod doorkeeper;
mod entry;
mod event;
mod issuing;
mod listeners;
mod loops;
mod merging;
mod metric_descriptions;
mod person;
mod ports;
mod printing;
mod refusal;
mod resale;
mod routes;
pub mod settings;
mod transferring;

use std::sync::Arc;
use std::time::Duration;

use ::service::{CopyArrivals, Loop, Platform, Routes, Service, ServiceDefinition, steps};
use contract::catalogue::services;
use store::{Collection, Unavailable};

use crate::domain::{COUNTERS_MAX, CheckIn, DAY, Sender};
use crate::loops::{ExpireTransfers, VoidAdmissions};

pub use domain::{Admission, Transfer};
pub use ports::NAME;
pub(crate) use ports::Ports;
pub use printing::purge as purge_documents;
pub use settings::Settings;

/// Retention of the results of scans: far longer than a door repeats a request. The admission itself
/// stays used.
const CHECK_INS_KEPT: Duration = Duration::from_hours(30 * 24);

/// Collections of the store.
pub static COLLECTIONS: &[&Collection] = &[
    &documents::ADMISSIONS,
    &documents::BOOKINGS,
    &documents::CHECK_INS,
    &documents::COUNTERS,
    &documents::GATES,
    &documents::DOCUMENTS,
    &documents::DOCUMENT_FILES,
    &documents::ISSUERS,
    &documents::SENDERS,
    &documents::SHOWS,
    &documents::TICKETS,
    &documents::TRANSFERS,
];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::ADMISSIONS,
    collections: COLLECTIONS,
    settings: settings::table,
    take: |given, all| settings::take(given).map(|own| all.set(own)),
    open: |context| Box::pin(service(context.platform, context.settings.get())),
    // No other service keeps a copy of an admission.
    republish: None,
};

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] if its store or the bus is unreachable.
pub async fn service(platform: Platform, settings: Settings) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        cancelled: Arc::default(),
        links: CopyArrivals::default(),
        ids: platform.ids.clone(),
        settings,
        counter: u32::from_be_bytes(platform.ids.random_bytes()) % COUNTERS_MAX,
        printer: printing::Printer::idle(),
    };
    service.loops.extend(listeners::all(&platform, &ports).await?);
    let person = ::service::person::listener(NAME, &ports.store, &platform, ports.clone());
    service.loops.push(person.await?);
    service.loops.push(steps!("admissions.void_admissions", VoidAdmissions(ports.clone())));
    service.loops.push(steps!("admissions.expire_transfers", ExpireTransfers(ports.clone())));
    let own = (&ports.store, &ports.clock);
    service.loops.push(Loop::forgetting::<CheckIn>(
        "admissions.forget_check_ins",
        own,
        ("by_age", CHECK_INS_KEPT),
    ));
    service.loops.push(Loop::forgetting::<Sender>(
        "admissions.forget_senders",
        own,
        ("by_age", DAY),
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
