//! Representation of an account in the view of an administrator.

use contract::{Timestamp, UserId};
use serde::Deserialize;

/// An account.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserView {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) created_at: Timestamp,
    pub(crate) is_admin: bool,
    pub(crate) is_banned: bool,
}
