//! Reasons why a mail cannot be sent at all.

use super::failure::DeliveryFailure;
use crate::domain::FailureKind;

/// The reason why a mail cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// The address of the recipient is not valid.
    #[error("the address of the recipient is not a valid mail address")]
    Recipient,
    /// The sender is not valid.
    #[error("the sender is not a valid ASCII mail address with a printable name")]
    Sender,
    /// An address has a non-ASCII local part, and the server does not offer SMTPUTF8 (RFC 6531)
    /// together with 8BITMIME.
    #[error("the local part of the address is not ASCII, and the server does not offer SMTPUTF8")]
    NoSmtpUtf8,
    /// The Message-ID is empty, too long, or has a character that a file name cannot have.
    #[error("the Message-ID is not valid")]
    MessageId,
    /// The date is before 1970 or after 9999.
    #[error("the date is out of range")]
    Date,
    /// The URL in `List-Unsubscribe` has a character that does not belong in a URL.
    #[error("the URL for unsubscribing is not valid")]
    UnsubscribeUrl,
    /// The message could not be built.
    #[error("the message cannot be built")]
    Message,
}

impl From<Unsendable> for DeliveryFailure {
    /// The sender is a setting: mails wait until an operator corrects it.
    fn from(reason: Unsendable) -> Self {
        let kind = match reason {
            Unsendable::Recipient => FailureKind::RecipientRefused,
            Unsendable::Sender => FailureKind::Unreachable,
            Unsendable::NoSmtpUtf8
            | Unsendable::MessageId
            | Unsendable::Date
            | Unsendable::UnsubscribeUrl
            | Unsendable::Message => FailureKind::Rejected,
        };
        Self { kind, response: reason.to_string() }
    }
}
