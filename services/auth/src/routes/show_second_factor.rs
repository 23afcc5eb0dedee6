//! GET /api/users/second-factor

use actix_web::get;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Problem, Response, SignedIn};

use crate::Ports;
use crate::domain::SecondFactor;

/// The second factor of the signed-in user.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SecondFactorView {
    /// Whether sign-ins need a code.
    is_on: bool,
    /// Number of unused recovery codes, of ten; 0 if the factor is off.
    recovery_codes_left: usize,
}

/// Shows whether the signed-in user has a second factor.
#[utoipa::path(
    responses((status = 200, description = "The second factor", body = SecondFactorView)),
    security(("session" = [])),
)]
#[get("/api/users/second-factor")]
pub(crate) async fn show_second_factor(
    ports: Data<Ports>,
    who: SignedIn,
) -> Result<Response, Problem> {
    let known = ports.store.find::<SecondFactor>(&who.user.to_string()).await?;
    let factor = known.unwrap_or(SecondFactor::off(who.user));
    let recovery_codes_left = factor.recovery_codes_left();
    Ok(Response::ok(&SecondFactorView { is_on: factor.is_on(), recovery_codes_left }))
}
