//! Links of mails, published by mail: auth, or admissions for a transfer, accepts the secret of a
//! link by its hash. The secret is
//! in the mail only, and in the store of mail until the mail is sent.

use serde::{Deserialize, Serialize};

use crate::Id;
use crate::message::{MessageType, state};

/// The secret of a link was created.
pub const ISSUED: MessageType<LinkState> = MessageType::new("link.issued", 1);

/// The link of a notice or of a transfer; final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkState {
    /// The notice or the transfer.
    pub id: Id,
    /// Always 1.
    pub version: u64,
    /// SHA-256 of the secret, in hexadecimal digits.
    pub secret_hash: String,
}

state!(LinkState, "link", id, version);
