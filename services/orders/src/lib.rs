//! The arbiter of stock: inventories, holds and orders.
//!
//! | room | holds |
//! |---|---|
//! | `domain` | `Inventory` and `Order`: states, commands, refusals; pure |
//! | `documents` | how they are kept and found |
//! | `stock` | an order's change together with what it means for its inventories and the messages |
//! | `refusal` | refusals as problems |
//! | `routes` | one file a route |
//! | `listeners` | one file a subscription |
//! | `loops` | expiry without hints |

pub mod documents;
pub mod domain;
mod listeners;
pub mod loops;
mod refusal;
mod routes;
mod stock;

use std::sync::Arc;
use std::time::Duration;

use ::service::{Arrivals, Loop, Platform, Service};
use actix_web::web::Data;
use sources::{Clock, Ids};
use store::{Collection, Store, Unavailable};

pub use domain::{Inventory, Order, Refusal};

/// The service's name.
pub const NAME: &str = "orders";

/// The collections of its store.
pub static COLLECTIONS: &[&Collection] = &[&documents::INVENTORIES, &documents::ORDERS];

/// What can be set.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Time to pay an order.
    pub order_window: Duration,
    /// Time that starting a payment leaves it at least; granted once an order.
    pub payment_extension: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { order_window: Duration::from_mins(1), payment_extension: Duration::from_secs(15) }
    }
}

/// What routes, listeners and loops work with.
#[derive(Clone)]
pub struct Ports {
    /// Its documents.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Ids,
    /// What can be set.
    pub settings: Settings,
    /// Told when a copy of a ticket has arrived.
    pub tickets: Arrivals,
}

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] when its store or the bus does not answer.
pub async fn service(platform: Platform, settings: Settings) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        ids: platform.ids.clone(),
        settings,
        tickets: Arrivals::default(),
    };
    for listener in listeners::all(&platform, &ports).await? {
        service.loops.push(Loop::listener(listener));
    }
    let expire_overdue = loops::ExpireOverdue::new(ports.clone());
    service.loops.push(::service::steps!("orders.expire_overdue", expire_overdue));
    let data = Data::new(ports);
    service.routes = Arc::new(move |config| {
        config.app_data(Data::clone(&data));
        routes::configure(config);
    });
    Ok(service)
}
