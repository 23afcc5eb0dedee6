//! POST /signout

use actix_web::HttpResponse;
use reqwest::Method;
use serde_json::Value;

use crate::api::Target;
use crate::failure::Failure;
use crate::visit::Visit;

/// Ends the session.
pub(crate) async fn sign_out(visit: Visit) -> Result<HttpResponse, Failure> {
    let call = (Target::Auth, Method::POST, "/api/users/signout");
    visit.ports().api.call::<Value>(&visit, call, None, None).await?;
    Ok(visit.go_to("/"))
}
