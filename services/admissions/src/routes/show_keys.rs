//! GET /api/check-ins/keys

use actix_web::get;
use actix_web::web::Data;
use serde::Serialize;
use utoipa::ToSchema;
use web::{Problem, Response};

use super::views::CodeKeyView;
use crate::Ports;
use crate::domain::Issuer;

/// The public keys of codes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeKeysView {
    keys: Vec<CodeKeyView>,
}

/// Shows the public keys with which a door verifies codes, oldest first.
#[utoipa::path(responses((status = 200, description = "The keys (RFC 7517)", body = CodeKeysView)))]
#[get("/api/check-ins/keys")]
pub(crate) async fn show_keys(ports: Data<Ports>) -> Result<Response, Problem> {
    let issuer = ports.store.find::<Issuer>(Issuer::ID).await?.unwrap_or_default();
    Ok(Response::ok(&CodeKeysView { keys: CodeKeyView::all(&issuer) }))
}
