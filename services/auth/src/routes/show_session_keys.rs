//! GET /.well-known/jwks.json

use actix_web::get;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;
use web::Response;
use web::session::Jwk;

use crate::Ports;

/// The public keys that verify session tokens (RFC 7517).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionKeysView {
    /// The next, the present and earlier signing keys.
    keys: Vec<Jwk>,
}

/// Shows the public keys that verify session tokens.
#[utoipa::path(
    tag = "users",
    responses((status = 200, description = "The keys, as a JSON Web Key Set", body = SessionKeysView)),
)]
#[get("/.well-known/jwks.json")]
pub(crate) async fn show_session_keys(ports: Data<Ports>) -> Response {
    let view = SessionKeysView { keys: ports.sessions.verifier.keys() };
    // Below the time for which a key is published before it signs.
    Response::ok(&view).header("Cache-Control", "public, max-age=60")
}
