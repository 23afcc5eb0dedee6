//! What sellers offer, and what of it can still be bought.
//!
//! | room | holds |
//! |---|---|
//! | `domain` | `Ticket`, its rules for titles, prices and quantities, and the copy of its stock; pure |
//! | `documents` | how tickets are kept and found |
//! | `refusal` | refusals as problems |
//! | `routes` | one file a route |
//! | `listeners` | one file a subscription |
//! | `republish` | what others keep copies of, published again |

pub mod documents;
pub mod domain;
mod listeners;
mod refusal;
pub mod republish;
mod routes;

use std::sync::Arc;

use ::service::{Loop, Platform, Service};
use actix_web::web::Data;
use sources::{Clock, Ids};
use store::{Collection, Store, Unavailable};

pub use domain::{Refusal, Ticket};

/// The service's name.
pub const NAME: &str = "tickets";

/// The collections of its store.
pub static COLLECTIONS: &[&Collection] = &[&documents::TICKETS];

/// What routes and listeners work with.
#[derive(Clone)]
pub struct Ports {
    /// Its documents.
    pub store: Store,
    /// The present time.
    pub clock: Clock,
    /// The source of ids.
    pub ids: Ids,
}

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] when its store or the bus does not answer.
pub async fn service(platform: Platform) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let ports = Ports { store, clock: platform.clock.clone(), ids: platform.ids.clone() };
    for listener in listeners::all(&platform, &ports).await? {
        service.loops.push(Loop::listener(listener));
    }
    let data = Data::new(ports);
    service.routes = Arc::new(move |config| {
        config.app_data(Data::clone(&data));
        routes::configure(config);
    });
    Ok(service)
}
