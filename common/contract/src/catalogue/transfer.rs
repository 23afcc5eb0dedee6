//! Transfers of admissions to another person, published by admissions and read by mail.

use serde::{Deserialize, Serialize};

use crate::message::{MessageType, state};
use crate::{AdmissionId, Language, Timestamp, TransferId, UserId};

/// A holder offers admissions to another person.
pub const OFFERED: MessageType<TransferState> = MessageType::new("transfer.offered", 1);
/// The reader of the mail to an address is the recipient now.
pub const CLAIMED: MessageType<TransferState> = MessageType::new("transfer.claimed", 1);
/// The recipient holds the admissions. Final, as the following ones.
pub const ACCEPTED: MessageType<TransferState> = MessageType::new("transfer.accepted", 1);
/// The recipient does not want the admissions.
pub const DECLINED: MessageType<TransferState> = MessageType::new("transfer.declined", 1);
/// The sender took the offer back, or one of its admissions was used or is void.
pub const CANCELLED: MessageType<TransferState> = MessageType::new("transfer.cancelled", 1);
/// The recipient did not accept in time.
pub const EXPIRED: MessageType<TransferState> = MessageType::new("transfer.expired", 1);

/// The recipient of a transfer.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case", rename_all_fields = "camelCase")]
pub enum TransferRecipient {
    /// An account.
    User {
        /// The account.
        user_id: UserId,
    },
    /// The account of the reader of the mail to an address. The sender does not see which one.
    Claimed {
        /// The account.
        user_id: UserId,
    },
    /// The reader of the mail to an address.
    Address {
        /// The address. `Debug` hides it: addresses do not belong in logs.
        #[debug("…")]
        email: String,
        /// The language of the mail: that of the offer.
        language: Language,
    },
    /// The reader of the mail to an address that was deleted, because the transfer ended.
    DeletedAddress,
}

/// The status of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum TransferStatus {
    /// The recipient may accept it.
    Offered,
    /// The recipient holds the admissions.
    Accepted {
        /// Since when.
        at: Timestamp,
    },
    /// The recipient does not want them.
    Declined {
        /// When it was declined.
        at: Timestamp,
    },
    /// The sender took it back, or one of its admissions was used or is void.
    Cancelled {
        /// When it ended.
        at: Timestamp,
    },
    /// The recipient did not accept it in time.
    Expired {
        /// When it ended.
        at: Timestamp,
    },
}

/// The full public state of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TransferState {
    /// The transfer; also the id of the link in its mail.
    pub id: TransferId,
    /// 1 when offered, one more with every change.
    pub version: u64,
    /// The sender, who holds the admissions until the transfer is accepted.
    pub from: UserId,
    /// The recipient.
    #[serde(flatten)]
    pub to: TransferRecipient,
    /// The admissions, each once. Either all of them change the holder, or none.
    pub admissions: Vec<AdmissionId>,
    /// The title of the show or of the ticket of the first admission.
    pub title: String,
    /// The status.
    #[serde(flatten)]
    pub status: TransferStatus,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// When the recipient can no longer accept it.
    pub expires_at: Timestamp,
}

state!(TransferState, "transfer", id, version);
