//! A check-in: the result of a scan at a door.

use contract::{AdmissionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A scan and its result, kept so that a repeat of the request returns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckIn {
    /// Hash of the seller and of the id of the scan.
    pub id: String,
    /// The result.
    pub result: CheckInResult,
    /// The scanned admission, if the code names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admission_id: Option<AdmissionId>,
    /// When its holder entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_at: Option<Timestamp>,
    /// When it was scanned.
    pub scanned_at: Timestamp,
}

/// The result of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckInResult {
    /// The holder may enter, and the admission is used.
    Admitted,
    /// The admission was used before.
    AlreadyUsed,
    /// Its unit was refunded, or its show was cancelled.
    Void,
    /// A later code replaces this one, or the seller allows codes of devices only.
    Superseded,
    /// The admission is for another ticket or show.
    WrongTicket,
    /// The code is too old.
    ExpiredCode,
    /// No code of this marketplace.
    Forged,
}

impl CheckIn {
    /// Id of the scan of a seller.
    #[must_use]
    pub fn id_of(seller: UserId, scan: &str) -> String {
        format!("{:x}", Sha256::digest(format!("{seller}\n{scan}")))
    }
}
