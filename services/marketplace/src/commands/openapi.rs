//! Prints the OpenAPI document.

use bus::Bus;
use service::process::StartError;
use service::{Platform, ServiceSettings, SessionKey};
use sources::{Clock, Ids};
use store::{Engine, Unavailable};
use web::session::{CookieKind, Revocations, Verifier};
use web::{SeenStorage, Sessions};

use super::output::print;
use crate::compose::compose;

/// The document of every route of the marketplace, as JSON; a failure is a bug.
async fn document() -> Result<String, Unavailable> {
    let (clock, ids) = (Clock::System, Ids::seeded(0));
    let key = SessionKey::from_secret(&[0; 32]);
    let bus = Bus::memory(clock.clone());
    let sessions = Sessions {
        verifier: Verifier::new(&[key.public_key()]),
        revocations: Revocations::default(),
        cookie: CookieKind::Plain,
        clock: clock.clone(),
        cors_origins: web::CorsOrigins::default(),
        seen_storage: SeenStorage::default(),
    };
    let platform = |_| Platform {
        engine: Engine::memory(),
        bus: bus.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        sessions: sessions.clone(),
    };
    let services = compose(platform, &key, ServiceSettings::default()).await?;
    let routes: Vec<_> = services.into_iter().map(|service| service.routes).collect();
    let json = service::application::openapi(&routes)?.to_pretty_json();
    json.map_err(|error| Unavailable::caused_by("cannot write the OpenAPI document", error))
}

pub(super) async fn openapi() -> Result<(), StartError> {
    Ok(print(&document().await?)?)
}
