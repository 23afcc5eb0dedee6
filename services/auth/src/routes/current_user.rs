//! GET /api/users/currentuser

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Answer, MaybeSignedIn};

use super::views::UserView;

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrentUserView {
    /// The account, or null.
    current_user: Option<UserView>,
}

/// Tells who is signed in, if anybody is.
#[utoipa::path(
    tag = "users",
    responses((status = 200, description = "The account, or null", body = CurrentUserView)),
)]
#[get("/api/users/currentuser")]
pub(crate) async fn current_user(who: MaybeSignedIn) -> Answer {
    let current_user = who.0.map(|who| UserView { id: who.user, email: who.email });
    Answer::ok(&CurrentUserView { current_user })
}
