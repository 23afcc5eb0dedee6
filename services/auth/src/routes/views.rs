//! Views of an account.

use contract::{Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::User;
use crate::domain::second_factor::RecoveryCode;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UserView {
    pub(crate) id: UserId,
    pub(crate) email: String,
    /// Whether the owner has proved, by the link of a mail, that the address receives mail.
    pub(crate) is_verified: bool,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        let email = user.email.as_str().to_owned();
        Self { id: user.id, email, is_verified: user.is_verified }
    }
}

/// An account, as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundUserView {
    id: UserId,
    email: String,
    created_at: Timestamp,
    /// Whether the account is an administrator.
    is_admin: bool,
    /// Whether the account is banned: it cannot sign in, and its tickets cannot be ordered.
    is_banned: bool,
}

impl From<&User> for FoundUserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id,
            email: user.email.as_str().to_owned(),
            created_at: user.created_at,
            is_admin: user.admin,
            is_banned: !user.may_sign_in(),
        }
    }
}

/// Recovery codes. Each replaces one code of the second factor.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecoveryCodesView {
    recovery_codes: Vec<String>,
}

impl From<&[RecoveryCode]> for RecoveryCodesView {
    fn from(codes: &[RecoveryCode]) -> Self {
        Self { recovery_codes: codes.iter().map(RecoveryCode::text).collect() }
    }
}

/// An empty object.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmptyView {}
