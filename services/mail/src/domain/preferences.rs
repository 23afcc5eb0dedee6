//! The mails that an account wants, beside those about security and money.

use contract::{Language, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::content::Content;

/// The preferences of an account.
#[derive(derive_more::Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Preferences {
    /// The account.
    pub user_id: UserId,
    /// The language of its mails; by default that of the sign-up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Whether it is informed of changes of shows.
    pub show_changes: bool,
    /// Whether it is informed of its sales.
    pub sales: bool,
    /// Secret of the links that switch mails off: 16 random bytes in hexadecimal digits. It changes
    /// nothing else.
    #[debug("…")]
    pub token: String,
}

impl Preferences {
    /// The preferences of an account that has chosen nothing. The token derives from random bytes
    /// and the account.
    #[must_use]
    pub fn create(user_id: UserId, random: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update(random).chain_update(user_id.to_string());
        let token: String = format!("{:x}", digest.finalize()).chars().take(32).collect();
        Self { user_id, language: None, show_changes: true, sales: true, token }
    }

    /// Whether the account wants a letter with this content.
    #[must_use]
    pub const fn want(&self, content: &Content) -> bool {
        match content {
            Content::Notice(_)
            | Content::Receipt(_)
            | Content::Refund(_)
            | Content::Transfer(_) => true,
            Content::ShowChange(_) => self.show_changes,
            Content::FirstSale(_) | Content::DailySales(_) => self.sales,
        }
    }

    /// The preferences without the mails that can be switched off.
    #[must_use]
    pub fn without_notices(&self) -> Self {
        Self { show_changes: false, sales: false, ..self.clone() }
    }
}
