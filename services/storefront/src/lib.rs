//! Storefront: the pages of the marketplace. It renders offers from its own copies, and calls the
//! public API of the other services for a visitor's own things and for every command.
//!
//! | module | contents |
//! |---|---|
//! | `domain` | copies of tickets, stock and shows, and the entries of the list; pure |
//! | `language` | the words of the pages; forms of numbers, amounts and times |
//! | `assets` | style sheet, script and pictures, named by their hash |
//! | `api` | calls of other services for a visitor |
//! | `problem` | refusals of other services |
//! | `live` | the stream of changes |
//! | `rendered` | public pages as they were last rendered |
//! | `cards` | the means of payment, by the payment provider |
//! | `visit` | one request of a browser: its language, user, and cookies |
//! | `paths` | paths of pages, as visitors return to them |
//! | `form` | submitted forms and their errors |
//! | `encodings` | content codings that a browser accepts |
//! | `failure`, `failure_page` | refusals and outages, and their page |
//! | `entries` | the entries of the list, as offers change |
//! | `texts` | the texts of the operator |
//! | `selling` | forms, times and charts of the pages of sellers |
//! | `pages` | the pages and their commands, one file each |

mod api;
mod assets;
mod cards;
pub mod documents;
pub mod domain;
mod encodings;
mod entries;
mod failure;
mod failure_page;
mod form;
mod language;
mod listeners;
mod live;
mod loops;
mod metric_descriptions;
mod pages;
mod paths;
mod person;
mod ports;
mod problem;
mod rendered;
mod selling;
pub mod settings;
mod texts;
mod visit;

use std::sync::Arc;
use std::time::Duration;

use ::service::loops::Pace;
use ::service::{Loop, Platform, Routes, Searches, Service, ServiceDefinition};
use actix_web::web::Data;
use contract::catalogue::services;
use store::{Collection, Unavailable};

use crate::api::Api;
use crate::cards::Cards;
use crate::loops::end_listings::{self, end_listings};
use crate::texts::Texts;

pub use language::Language;
pub use ports::NAME;
pub(crate) use ports::Ports;
pub use settings::Settings;

/// Pace of the listeners: a commit costs as much for one message as for hundreds, and a page may be
/// a tenth of a second late.
const COPY_PACE: Pace =
    Pace { burst: 10, period: Duration::from_millis(100), full: bus::listener::DELIVERIES_MAX };

/// Collections of the store.
pub static COLLECTIONS: &[&Collection] =
    &[&live::CHANGES, &documents::LISTINGS, &documents::OFFERS, &documents::SHOWS];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::STOREFRONT,
    collections: COLLECTIONS,
    settings: settings::all,
    take: |given, all| settings::take(given).map(|own| all.set(own)),
    open: |context| Box::pin(service(context.platform, context.settings.get())),
    republish: None,
};

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] if its store or the bus is unreachable, or a text cannot be read.
pub async fn service(platform: Platform, settings: Settings) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let (clock, ids) = (platform.clock.clone(), platform.ids.clone());
    let searches = Searches::new(settings.search_limit, &clock);
    let (api, texts) = (Api::new(&settings)?, Arc::new(Texts::read(&settings.texts)?));
    let live = live::Hub::new(platform.engine.is_shared());
    let pages = rendered::Rendered::new(platform.engine.is_shared());
    let cards = Cards::of(&settings);
    let ports = Ports { store, clock, ids, searches, api, texts, live, pages, cards };
    let listeners = listeners::all(&platform, &ports).await?;
    service.loops.extend(listeners.into_iter().map(|listener| listener.paced(COPY_PACE)));
    let person = ::service::person::listener(NAME, &ports.store, &platform, ports.clone());
    service.loops.push(person.await?);
    let every = (end_listings::PERIOD, platform.clock.clone());
    let end_listings =
        Loop::periodic("storefront.end_listings", every, ports.clone(), end_listings);
    service.loops.push(end_listings);
    let frames = live::Frames(ports.clone());
    service.loops.push(::service::steps!("storefront.send_live", frames).paced(live::PACE));
    if ports.live.is_shared {
        let every = (live::FOLLOW_PERIOD, platform.clock.clone());
        let followed = (ports.clone(), live::Known::default());
        let follow = Loop::periodic("storefront.follow_changes", every, followed, live::follow);
        let own = (&ports.store, &platform.clock);
        let forget = Loop::forgetting::<live::Change>(
            "storefront.forget_changes",
            own,
            ("by_arrival", live::CHANGES_KEPT),
        );
        service.loops.extend([follow, forget]);
    }
    service.metrics = metric_descriptions::METRICS;
    let data = Data::new(ports);
    service.routes = Routes::new(&[], move |config| {
        config.app_data(Data::clone(&data));
        config.app_data(Data::new(live::LocalHub::new(data.live.clone())));
        let refusal: web::RefusalPage = pages::refusal;
        config.app_data(Data::new(refusal));
        config.map(pages::configure);
    });
    Ok(service)
}
