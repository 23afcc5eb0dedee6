//! Delivery of mails: to an SMTP server, or in development to a directory.
//!
//! | module | contents |
//! |---|---|
//! | `outgoing` | `OutgoingMail`: a rendered mail |
//! | `message` | its MIME message |
//! | `address`, `subject` | parts of a message that contain text of users |
//! | `reply` | the meaning of SMTP replies |
//! | `smtp_url`, `authorities`, `smtp_options` | a server, signers of its certificate, and limits |
//! | `smtp`, `session`, `interruption` | deliveries over a bounded number of connections |
//! | `dot_stuffing` | the content as SMTP transmits it |
//! | `directory` | deliveries to files |

mod address;
mod authorities;
mod deliver;
mod directory;
mod dot_stuffing;
mod failure;
mod interruption;
pub(crate) mod message;
mod outgoing;
pub mod reply;
mod session;
mod smtp;
mod smtp_options;
mod smtp_url;
mod subject;
mod unsendable;

pub use address::sender;
pub use authorities::Authorities;
pub use deliver::Deliver;
pub use directory::{KEPT_MAX, MailDirectory, MailEntry, MailParts};
pub use failure::DeliveryFailure;

pub use crate::domain::FailureKind;
pub use message::message;
pub use outgoing::OutgoingMail;
pub use smtp::SmtpTransport;
pub use smtp_options::{CONNECTIONS_MAX, SmtpOptions};
pub use smtp_url::SmtpUrl;
pub use unsendable::Unsendable;
