//! POST /api/users/lookup

use actix_web::post;
use actix_web::web::Data;
use web::{Admin, Body, Problem, Response};

use super::views::FoundUserView;
use crate::Ports;
use crate::domain::{KnownAddress, Refusal};
use crate::sessions::sign_on;

web::body! {
    /// The account to find.
    pub(crate) struct FindUserBody {
        /// The e-mail address, in any equivalent spelling.
        #[schema(value_type = String, format = "idn-email", max_length = 254)]
        pub(crate) email: KnownAddress,
    }
}

/// Finds the account of an e-mail address. For administrators.
///
/// The address is in the body, since proxies and browsers store the URL of a request.
#[utoipa::path(
    request_body = FindUserBody,
    responses(
        (status = 200, description = "The account", body = FoundUserView),
        (status = 403, description = "Not an administrator"),
        (status = 404, description = "No account has this address"),
    ),
    security(("session" = [])),
)]
#[post("/api/users/lookup")]
pub(crate) async fn find_user(
    ports: Data<Ports>,
    _: Admin,
    body: Body<FindUserBody>,
) -> Result<Response, Problem> {
    let found = sign_on::find_user(&ports.store, &body.value.email).await?;
    let user = found.ok_or(Problem::from(Refusal::UnknownUser))?;
    Ok(Response::ok(&FoundUserView::from(&user)))
}
