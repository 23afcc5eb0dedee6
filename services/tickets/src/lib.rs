//! Tickets: offers of sellers, and the units available.
//!
//! | module | contents |
//! |---|---|
//! | `domain` | tickets, shows, their rules, reports, and copies of stock and sales; pure |
//! | `images` | uploads of images, and their rendering |
//! | `sales` | views of the sales of shows, as JSON and as tables |
//! | `seen_stock` | read-your-writes: waits for the stock that a client has seen |
//! | `revision_request` | changes of a ticket or a show as revisions, which orders decides |
//! | `resale` | tickets that sell admissions again |
//! | `show_bodies` | the place of a show in requests |
//! | `reporting` | changes of the reports of offers |
//! | `views` | tickets and shows in responses |
//! | `show_offers` | the tickets on offer of a show |

mod code;
pub mod documents;
pub mod domain;
pub mod images;
mod listeners;
mod loops;
mod person;
mod ports;
mod refusal;
mod reporting;
pub mod republish;
mod resale;
mod revision_request;
mod routes;
mod sales;
mod seen_stock;
pub mod settings;
mod show_bodies;
mod show_offers;
mod views;

use ::service::{CopyArrivals, Loop, Platform, Routes, Searches, Service, ServiceDefinition};
use contract::catalogue::services;
use store::{Collection, Unavailable};
use web::Throttle;

use crate::domain::{CLOSED_REPORTS_KEPT, Report};
use crate::images::uploads::Uploads;
use crate::loops::end_listings::{self, end_listings};

pub use domain::{Refusal, Show, Ticket};
pub use ports::NAME;
pub(crate) use ports::Ports;
pub use settings::Settings;

/// Collections of the store.
pub static COLLECTIONS: &[&Collection] = &[
    &documents::IMAGES,
    &documents::REPORTERS,
    &documents::REPORTS,
    &documents::SALE_COPIES,
    &documents::SALE_HOURS,
    &documents::SHOWS,
    &documents::TICKETS,
];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::TICKETS,
    collections: COLLECTIONS,
    settings: settings::all,
    take: |given, all| settings::take(given).map(|own| all.set(own)),
    open: |context| Box::pin(service(context.platform, context.settings.get())),
    republish: Some(|all| Box::pin(republish::republish(all))),
};

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] if its store or the bus is unreachable.
pub async fn service(platform: Platform, settings: Settings) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let (clock, ids) = (platform.clock.clone(), platform.ids.clone());
    let searches = Searches::new(settings.search_limit, &clock);
    let uploads = Uploads::new(settings.image_limit, &clock);
    let reports = Throttle::new("reports", settings.report_limit, &clock);
    let arrivals = CopyArrivals::default();
    let ports = Ports { store, clock, ids, settings, arrivals, searches, uploads, reports };
    service.loops.extend(listeners::all(&platform, &ports).await?);
    let person = ::service::person::listener(NAME, &ports.store, &platform, ports.clone());
    service.loops.push(person.await?);
    let every = (end_listings::PERIOD, platform.clock.clone());
    let end_listings = Loop::periodic("tickets.end_listings", every, ports.clone(), end_listings);
    service.loops.push(end_listings);
    service.loops.push(Loop::forgetting::<Report>(
        "tickets.forget_closed_reports",
        (&ports.store, &platform.clock),
        ("by_closing", CLOSED_REPORTS_KEPT),
    ));
    service.routes = Routes::on_ports(code::ALL, ports, routes::configure);
    Ok(service)
}
