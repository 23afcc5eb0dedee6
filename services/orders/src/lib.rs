//! Inventories, holds and orders: decides on stock.
//!
//! | module | contents |
//! |---|---|
//! | `recently_ordered` | the most recently ordered tickets |
//! | `domain` | `Inventory`, `Order`, `Show` and `Holdings`: states, commands, refusals; pure |
//! | `stock` | changes of an order together with its inventories and messages |
//! | `stock::place` | a new order |
//! | `stock::payment` | effects of payments on an order |
//! | `stock::seller` | bans of sellers, and the inventories that follow them |
//! | `stock::show` | copies of shows, decisions on their revisions |
//! | `stock::by_seller` | migration: index of inventories by seller |
//! | `stock::limit`, `stock::network` | limits on the unpaid holds of a buyer, and of a network |
//! | `loops` | expiry without hints; end of the orders of cancelled shows; stock and holders as metrics |

mod code;
pub mod documents;
pub mod domain;
mod listeners;
pub mod loops;
mod metric_descriptions;
mod person;
mod ports;
mod recently_ordered;
mod refusal;
pub mod republish;
mod routes;
pub mod settings;
mod stock;

use std::sync::Arc;

use ::service::{CopyArrivals, Loop, Platform, Routes, Service, ServiceDefinition};
use contract::catalogue::services;
use store::{Collection, Unavailable};
use web::Throttle;

use crate::domain::EMPTY_COUNT_KEPT;
use crate::loops::end_orders_of_cancelled_shows::EndOrdersOfCancelledShows;
use crate::loops::expire_overdue::ExpireOverdue;
use crate::loops::show_holders::{self, show_holders};
use crate::loops::show_stock::{self, show_stock};

pub use domain::{Holdings, Inventory, NetworkHolds, Order, Refusal, Seller, Show};
pub use ports::NAME;
pub(crate) use ports::Ports;
pub use settings::Settings;

/// Collections of the store.
pub static COLLECTIONS: &[&Collection] = &[
    &documents::INVENTORIES,
    &documents::ORDERS,
    &documents::HOLDINGS,
    &documents::NETWORK_HOLDS,
    &documents::SELLERS,
    &documents::SHOWS,
    &::service::migration::COLLECTION,
];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::ORDERS,
    collections: COLLECTIONS,
    settings: settings::table,
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
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        ids: platform.ids.clone(),
        settings,
        throttle: Throttle::new("orders", settings.order_limit, &platform.clock),
        tickets: CopyArrivals::default(),
        payments: CopyArrivals::default(),
        cancelled_shows: Arc::default(),
        recently_ordered: recently_ordered::RecentlyOrdered::default(),
    };
    service.loops.extend(listeners::all(&platform, &ports).await?);
    let person = ::service::person::listener(NAME, &ports.store, &platform, ports.clone());
    service.loops.push(person.await?);
    let (own, clock) = (|| ports.clone(), &platform.clock);
    let every = |period| (period, clock.clone());
    service.loops.extend([
        ::service::steps!("orders.expire_overdue", ExpireOverdue(own())),
        ::service::steps!("orders.end_orders_of_cancelled_shows", EndOrdersOfCancelledShows(own())),
        Loop::forgetting::<NetworkHolds>(
            "orders.forget_empty_counts",
            (&ports.store, clock),
            ("emptied", EMPTY_COUNT_KEPT),
        ),
        Loop::periodic("orders.show_stock", every(show_stock::PERIOD), own(), show_stock),
        Loop::periodic("orders.show_holders", every(show_holders::PERIOD), own(), show_holders),
    ]);
    service.metrics = metric_descriptions::METRICS;
    service.routes = Routes::on_ports(code::ALL, ports, routes::configure);
    Ok(service)
}
