//! Views of an account.

use contract::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::User;

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserView {
    pub(crate) id: UserId,
    pub(crate) email: String,
}

impl From<&User> for UserView {
    fn from(user: &User) -> Self {
        Self { id: user.id, email: user.email.as_str().to_owned() }
    }
}

/// An empty object.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EmptyView {}
