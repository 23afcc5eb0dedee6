//! Accounts, sessions and their revocation.
//!
//! | module | contents |
//! |---|---|
//! | `domain` | `User`, `Session`, admission, rules for e-mail addresses and passwords; pure |
//! | `address_forms` | migration: canonical forms of older addresses |
//! | `addresses`, `contacts` | owners of addresses; migration: publication of older ones |
//! | `administration` | bans and the administrator role, for routes and operators |
//! | `recovery` | accounts whose owner has followed the link of a mail |
//! | `credentials::password_attempt` | limit on password guesses |
//! | `credentials::proof` | verification of the present password |
//! | `credentials::factor_check` | the second factor in a decision |
//! | `credentials::device_cookie` | secret of a known device |
//! | `credentials::hashing` | argon2id behind bounded gates |
//! | `sessions::signing` | session tokens |
//! | `sessions::renewal` | secret that renews a session |
//! | `sessions::sign_on` | start, renewal and end of sessions |
//! | `links`, `notices` | one-time links of mails, and mails about the account |
//! | `person_requests` | exports and erasures over all services |
//! | `loops` | one file per loop |

mod address_forms;
mod addresses;
mod administration;
mod code;
mod contacts;
mod credentials;
pub mod documents;
pub mod domain;
mod links;
mod listeners;
pub mod loops;
mod metric_descriptions;
mod notices;
mod person_requests;
mod ports;
mod recovery;
mod refusal;
pub mod republish;
mod routes;
mod sessions;
pub mod settings;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use ::service::{CopyArrivals, CurrentKey, Loop, Platform, Routes, Service, ServiceDefinition};
use contract::catalogue::services;
use store::{Collection, Unavailable};
use web::idempotency::RESPONSES_KEPT;
use web::{AddressThrottle, Quota, Throttle};

use crate::documents::SignUpKey;
use crate::domain::{Devices, Guesses, Link, LinkRequests, PersonRequest, Session};
use crate::loops::send_resets::SendResets;
use crate::loops::show_person_requests::{self, show_person_requests};
use crate::sessions::signing::Signer;

pub use administration::{grant_admin, reset_second_factor, revoke_admin};
pub use credentials::hashing;
pub use domain::{Refusal, User};
pub use ports::NAME;
pub(crate) use ports::Ports;
pub use settings::Settings;

/// Exports and erasures of one user: each makes every service read its store.
const PERSON_REQUESTS_PER_MINUTE: u32 = 10;

/// Collections of the store.
pub static COLLECTIONS: &[&Collection] = &[
    &documents::USERS,
    &documents::EMAIL_ADDRESSES,
    &documents::ADMINISTRATORS,
    &documents::SESSIONS,
    &documents::SECOND_FACTORS,
    &documents::SIGN_UP_KEYS,
    &documents::GUESSES,
    &documents::PERSON_REQUESTS,
    &documents::DEVICES,
    &documents::LINKS,
    &documents::LINK_REQUESTS,
    &documents::RESET_REQUESTS,
    &::service::migration::COLLECTION,
];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::AUTH,
    collections: COLLECTIONS,
    settings: ::service::settings::table::<settings::Arguments>,
    take: |given, all| settings::take(given).map(|own| all.set(own)),
    open: |context| {
        Box::pin(async move {
            let key = context.signing_key()?;
            service(context.platform, key, context.settings.get()).await
        })
    },
    republish: Some(|all| Box::pin(republish::republish(all))),
};

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] if its store or the bus is unreachable.
pub async fn service(
    platform: Platform,
    key: impl Into<CurrentKey>,
    settings: Settings,
) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let ids = platform.ids.clone();
    let person_requests = NonZeroU32::new(PERSON_REQUESTS_PER_MINUTE).map(Quota::per_minute);
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        hasher: hashing::Hasher::new(settings.hashing, settings.hashed, ids.clone())?,
        ids,
        sign_ins: AddressThrottle::new("sign_in", settings.sign_in_limit, &platform.clock),
        sign_ups: AddressThrottle::new("sign_up", settings.sign_up_limit, &platform.clock),
        person_requests: Throttle::new("person", person_requests, &platform.clock),
        sessions: platform.sessions.clone(),
        signer: Signer::new(
            key.into(),
            settings.lifetimes,
            settings.trading,
            settings.administrator_factor,
        ),
        links: CopyArrivals::default(),
        requests: CopyArrivals::default(),
        reset_requested: Arc::default(),
    };
    service.loops.extend(listeners::all(&platform, &ports).await?);
    service.loops.push(::service::steps!("auth.send_resets", SendResets(ports.clone())));
    let (store, clock) = (ports.store.clone(), ports.clock.clone());
    let every = |period| (period, clock.clone());
    let (own, at_end) = ((&store, &clock), ("by_end", Duration::ZERO));
    let (forms, requests) = (every(address_forms::PERIOD), every(show_person_requests::PERIOD));
    let contacts = every(contacts::PERIOD);
    service.loops.extend([
        Loop::periodic("auth.add_address_forms", forms, store.clone(), address_forms::add),
        Loop::periodic("auth.publish_contacts", contacts, store.clone(), contacts::publish),
        Loop::periodic("auth.show_person_requests", requests, ports.clone(), show_person_requests),
        Loop::forgetting::<Session>("auth.forget_sessions", own, at_end),
        Loop::forgetting::<Guesses>("auth.forget_guesses", own, at_end),
        Loop::forgetting::<PersonRequest>("auth.forget_person_requests", own, at_end),
        Loop::forgetting::<Devices>("auth.forget_devices", own, at_end),
        Loop::forgetting::<Link>("auth.forget_links", own, at_end),
        Loop::forgetting::<LinkRequests>("auth.forget_link_requests", own, at_end),
        Loop::forgetting::<SignUpKey>("auth.forget_sign_up_keys", own, ("by_age", RESPONSES_KEPT)),
    ]);
    service.metrics = metric_descriptions::METRICS;
    service.routes = Routes::on_ports(code::ALL, ports, routes::configure);
    Ok(service)
}
