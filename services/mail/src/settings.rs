//! Settings of mail.

use std::num::NonZeroU32;
use std::path::PathBuf;

use ::service::settings::{Mode, Settings as SettingValues, count, path};
use clap::Args;
use lettre::message::Mailbox;

use crate::public_url::PublicUrl;
use crate::transport::{SmtpUrl, sender};

/// Maximum mails per second: more than relays of large providers accept from one client.
const RATE_MAX: u64 = 1_000;

/// Mails per second by default: below the limits of usual relays, and a few percent of one core.
const RATE: NonZeroU32 = NonZeroU32::new(100).unwrap();

/// Sender in development.
pub(crate) const DEVELOPMENT_SENDER: &str = "boxoffice <no-reply@boxoffice.localhost>";

/// Address of the marketplace in development, for this service alone.
pub(crate) const DEVELOPMENT_URL: &str = "http://localhost:3000";

/// Directory of mails in development, for this service alone.
pub(crate) const DEVELOPMENT_DIRECTORY: &str = "mail";

/// Settings of mail, as they are declared.
#[derive(Args)]
pub struct Arguments {
    /// SMTP server that relays mails: `smtps://USER:PASSWORD@HOST:465`, or
    /// `smtp://USER:PASSWORD@HOST:587` with STARTTLS; required in production. By default mails are
    /// kept as files.
    #[arg(long, env, hide_env_values = true, value_name = "URL", value_parser = SmtpUrl::parse)]
    smtp_url: Option<SmtpUrl>,
    /// Certificates (PEM) of the authorities that may sign the certificate of the SMTP server, for a
    /// server with a private authority; by default the public authorities.
    #[arg(long, env, value_name = "FILE", value_parser = path)]
    smtp_ca_file: Option<PathBuf>,
    /// Sender of all mails, such as `Box office <tickets@example.com>`; required in production.
    #[arg(long, env, value_name = "ADDRESS", value_parser = mailbox)]
    mail_from: Option<Mailbox>,
    /// Address of the marketplace in the links of mails, such as `https://tickets.example.com`;
    /// required in production, by default that of this process.
    #[arg(long, env, value_name = "URL", value_parser = PublicUrl::parse)]
    public_url: Option<PublicUrl>,
    /// Directory of mails without an SMTP server, in development; by default `mail` in the data
    /// directory.
    #[arg(long, env, value_name = "DIRECTORY", value_parser = path)]
    mail_dir: Option<PathBuf>,
    /// Mails per second and process, 1 to 1000.
    #[arg(long, env, default_value = "100", value_name = "COUNT")]
    #[arg(value_parser = rate)]
    mail_rate: NonZeroU32,
}

/// Settings of mail. `Debug` hides the password of the SMTP server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The SMTP server; `None` keeps mails as files.
    pub smtp_url: Option<SmtpUrl>,
    /// The certificates of authorities for the SMTP server; `None` are the
    /// public ones.
    pub smtp_ca_file: Option<PathBuf>,
    /// The sender; `None` is that of development.
    pub mail_from: Option<Mailbox>,
    /// The address of the marketplace in links; `None` is that of development.
    pub public_url: Option<PublicUrl>,
    /// The directory of mails without an SMTP server; `None` is that of development.
    pub mail_dir: Option<PathBuf>,
    /// Mails per second.
    pub mail_rate: NonZeroU32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            smtp_url: None,
            smtp_ca_file: None,
            mail_from: None,
            public_url: None,
            mail_dir: None,
            mail_rate: RATE,
        }
    }
}

/// The settings. Production has a server, a sender and an address; no password is sent in clear.
pub fn take(settings: &mut SettingValues) -> Option<Settings> {
    let given: Arguments = settings.get()?;
    let missing = |is_missing: bool, why| is_missing.then_some(why);
    let is_secret = settings.is_given("smtp-url-file");
    let server =
        missing(given.smtp_url.is_none() && !is_secret, "is missing: production sends mail");
    settings.refuse_in_production(&["smtp-url"], server);
    let is_open =
        given.smtp_url.as_ref().is_some_and(|url| !url.is_encrypted() && !url.is_loopback());
    let open =
        missing(is_open, "must be encrypted in production: smtps://, or smtp:// with STARTTLS");
    settings.refuse_in_production(&["smtp-url"], open);
    let sender = missing(given.mail_from.is_none(), "is missing: the sender of all mails");
    settings.refuse_in_production(&["mail-from"], sender);
    let url = missing(given.public_url.is_none(), "is missing: links of mails lead to it");
    settings.refuse_in_production(&["public-url"], url);
    if settings.mode() == Mode::Production && given.mail_dir.is_some() {
        settings.refuse(&["mail-dir"], "is for development: mails contain secret links");
    }
    let is_clear = given.smtp_url.as_ref().is_some_and(|url| !url.is_encrypted());
    if is_clear && given.smtp_ca_file.is_some() {
        settings.refuse(&["smtp-ca-file"], "needs an encrypted connection to the SMTP server");
    }
    let Arguments { smtp_url, smtp_ca_file, mail_from, public_url, mail_dir, mail_rate } = given;
    Some(Settings { smtp_url, smtp_ca_file, mail_from, public_url, mail_dir, mail_rate })
}

fn mailbox(text: &str) -> Result<Mailbox, &'static str> {
    const FORM: &str = "must be an address such as Box office <tickets@example.com>";
    let mailbox: Mailbox = text.parse().map_err(|_| FORM)?;
    sender(&mailbox).map_err(|_| {
        "must have a local part in ASCII, the name of a domain behind the @, and a name of at most \
         200 characters without controls"
    })
}

fn rate(text: &str) -> Result<NonZeroU32, String> {
    let rate = count::<u32>(1, RATE_MAX)(text)?;
    NonZeroU32::new(rate).ok_or_else(|| "must be at least 1".to_owned())
}
