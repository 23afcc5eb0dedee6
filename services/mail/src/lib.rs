//! Mails to the owners of accounts: links, receipts and notices.
//!
//! A message makes a letter owed, in the commit that applies it. A loop renders owed letters and
//! sends them, at least once, with a Message-ID that is the same for each attempt. A letter that is
//! no longer true ends unsent.
//!
//! | module | contents |
//! |---|---|
//! | `domain` | letters, recipients, preferences, copies of contacts, orders and shows; pure |
//! | `letters` | letters become owed |
//! | `recipients` | ids of counts and refusals |
//! | `sending` | decisions of a pass: reservation, and the effect of an attempt |
//! | `rendering` | subject, text, HTML and calendar of a letter; pure |
//! | `transport` | delivery to an SMTP server or a directory |
//! | `listeners`, `loops`, `routes` | one file each |

mod addressees;
pub mod documents;
pub mod domain;
mod letters;
mod listeners;
mod loops;
mod metric_descriptions;
mod person;
mod ports;
pub mod public_url;
mod recipients;
mod refusal;
pub mod rendering;
mod retention;
mod routes;
mod sending;
pub mod settings;
pub mod transport;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::service::{Loop, Platform, Routes, Service, ServiceDefinition, steps};
use contract::catalogue::services;
use lettre::message::Mailbox;
use store::{Collection, Unavailable};

use crate::domain::letter::SETTLED_KEPT;
use crate::domain::{Booking, Letter, Recipient, SaleDay, Show};
use crate::loops::{AnnounceShows, SendLetters, show_letters, summarise_days};
use crate::public_url::PublicUrl;
use crate::retention::BOOKINGS_KEPT;
use crate::transport::{Authorities, Deliver, MailDirectory, SmtpOptions, SmtpTransport};

pub use ports::NAME;
pub(crate) use ports::Ports;
pub use settings::Settings;

/// Collections of the store.
pub static COLLECTIONS: &[&Collection] = &[
    &documents::LETTERS,
    &documents::CONTACTS,
    &documents::RECIPIENTS,
    &documents::PREFERENCES,
    &documents::BOOKINGS,
    &documents::SHOWS,
    &documents::SELLERS,
    &documents::SALE_DAYS,
];

/// The service, as programs know it.
pub static DEFINITION: ServiceDefinition = ServiceDefinition {
    service: &services::MAIL,
    collections: COLLECTIONS,
    settings: ::service::settings::table::<settings::Arguments>,
    take: |given, all| settings::take(given).map(|own| all.set(own)),
    open: |context| Box::pin(configured(context.platform, context.settings.get())),
    // Letters are not published, and links are issued once.
    republish: None,
};

/// The parts of the service that a deployment chooses.
pub struct Options {
    /// The destination of all mails.
    pub transport: Arc<dyn Deliver>,
    /// The mails that are kept as files, for development.
    pub kept: Option<MailDirectory>,
    /// The address of the marketplace in links.
    pub public_url: PublicUrl,
    /// Mails per second.
    pub rate: NonZeroU32,
}

/// Opens the service with the transport of its settings.
async fn configured(platform: Platform, settings: Settings) -> Result<Service, Unavailable> {
    let Settings { smtp_url, smtp_ca_file, mail_from, public_url, mail_dir, mail_rate } = settings;
    let invalid = |why: &str| Unavailable::new(format!("cannot open mail: {why}"));
    let sender = || settings::DEVELOPMENT_SENDER.parse::<Mailbox>();
    let from = mail_from.map_or_else(sender, Ok).map_err(|_| invalid("no sender"))?;
    let url = || PublicUrl::parse(settings::DEVELOPMENT_URL);
    let public_url = public_url.map_or_else(url, Ok).map_err(invalid)?;
    let rate = mail_rate;
    if let Some(url) = smtp_url {
        let authorities = authorities(smtp_ca_file)?;
        let server = (url, authorities);
        let transport = Arc::new(SmtpTransport::new(server, from, SmtpOptions::default()));
        return service(platform, Options { transport, kept: None, public_url, rate }).await;
    }
    let path = mail_dir.unwrap_or_else(|| settings::DEVELOPMENT_DIRECTORY.into());
    let text = format!("MAIL_DIR: cannot write mails to the directory {}", path.display());
    let cannot = |error| Unavailable::caused_by(text, error);
    let directory = MailDirectory::open(path, from).await.map_err(cannot)?;
    let transport = Arc::new(directory.clone());
    service(platform, Options { transport, kept: Some(directory), public_url, rate }).await
}

/// The authorities of a file, by default the public ones.
fn authorities(file: Option<PathBuf>) -> Result<Authorities, Unavailable> {
    let Some(file) = file else { return Ok(Authorities::default()) };
    let cannot = |error| Unavailable::caused_by(format!("cannot read {}", file.display()), error);
    Authorities::read(&file).map_err(cannot)
}

/// Opens the service.
///
/// # Errors
/// [`Unavailable`] if its store or the bus is unreachable.
pub async fn service(platform: Platform, options: Options) -> Result<Service, Unavailable> {
    let (mut service, store) = Service::open(NAME, &platform, COLLECTIONS).await?;
    let Options { transport, kept, public_url, rate } = options;
    let ports = Ports {
        store,
        clock: platform.clock.clone(),
        ids: platform.ids.clone(),
        transport,
        kept,
        public_url: Arc::new(public_url),
        rate,
        owed: Arc::default(),
        announced: Arc::default(),
    };
    sending::show_counters();
    service.loops.extend(listeners::all(&platform, &ports).await?);
    let person = ::service::person::listener(NAME, &ports.store, &platform, ports.clone());
    service.loops.push(person.await?);
    let (own, every) = ((&ports.store, &ports.clock), |period| (period, ports.clock.clone()));
    let (summaries, ages) = (every(summarise_days::PERIOD), every(show_letters::PERIOD));
    let at_end = ("by_end", Duration::ZERO);
    service.loops.extend([
        steps!("mail.send_letters", SendLetters::new(ports.clone())),
        steps!("mail.announce_shows", AnnounceShows(ports.clone())),
        Loop::periodic(
            "mail.summarise_days",
            summaries,
            ports.clone(),
            summarise_days::summarise_days,
        ),
        Loop::periodic("mail.show_letters", ages, ports.clone(), show_letters::show_letters),
        Loop::forgetting::<Letter>("mail.forget_letters", own, ("settled", SETTLED_KEPT)),
        Loop::forgetting::<Recipient>("mail.forget_recipients", own, at_end),
        Loop::forgetting::<Booking>("mail.forget_bookings", own, at_end),
        Loop::forgetting::<Show>("mail.forget_shows", own, ("by_start", BOOKINGS_KEPT)),
        Loop::forgetting::<SaleDay>("mail.forget_sale_days", own, at_end),
    ]);
    service.metrics = metric_descriptions::METRICS;
    // Without problem codes of its own.
    service.routes = Routes::on_ports(&[], ports, routes::configure);
    Ok(service)
}
