//! The link of a mail.

use contract::Id;
use serde::{Deserialize, Serialize};

/// A link with a secret. `Debug` hides the secret.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The notice or the transfer.
    pub id: Id,
    /// 32 random bytes in URL-safe base64.
    #[debug("…")]
    pub secret: String,
}
