//! The news of a transfer of admissions.

use contract::transfer::TransferState;
use contract::{Timestamp, TransferId};
use serde::{Deserialize, Serialize};

use super::link::Link;

/// A transfer, in a mail to its recipient or its sender.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// The transfer.
    pub transfer_id: TransferId,
    /// The news.
    pub news: TransferNews,
    /// The title of the show or of the ticket of the first admission.
    pub title: String,
    /// Number of admissions.
    pub units: u32,
    /// The link of [`TransferNews::OfferedByLink`]; deleted when the letter is settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// When the recipient can no longer accept.
    pub expires_at: Timestamp,
}

/// The news of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferNews {
    /// To the recipient: admissions are offered to the account.
    Offered,
    /// To the recipient: admissions are offered to the reader of the mail, by a link.
    OfferedByLink,
    /// To the recipient: the offer ended.
    Cancelled,
    /// To the sender: the recipient holds the admissions.
    Accepted,
    /// To the sender: the recipient does not want them.
    Declined,
    /// To the sender: the recipient did not accept in time.
    Expired,
}

impl TransferNews {
    /// The last part of the id of its letter. A transfer has one offer.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offered | Self::OfferedByLink => "offered",
            Self::Cancelled => "cancelled",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
        }
    }

    /// Whether it is true only while the transfer is offered.
    #[must_use]
    pub const fn is_offer(self) -> bool {
        match self {
            Self::Offered | Self::OfferedByLink => true,
            Self::Cancelled | Self::Accepted | Self::Declined | Self::Expired => false,
        }
    }
}

impl Transfer {
    /// The news of a transfer, without a link.
    #[must_use]
    pub fn of(state: &TransferState, news: TransferNews) -> Self {
        Self {
            transfer_id: state.id,
            news,
            title: state.title.clone(),
            units: u32::try_from(state.admissions.len()).unwrap_or(u32::MAX),
            link: None,
            expires_at: state.expires_at,
        }
    }

    /// Id of the letter with this news.
    #[must_use]
    pub fn letter_id(id: TransferId, news: TransferNews) -> String {
        format!("transfer.{id}.{}", news.as_str())
    }
}
