//! GET /api/mail/preferences

use actix_web::get;
use actix_web::web::Data;
use web::{Problem, Response, SignedIn};

use super::views::MailPreferencesView;
use crate::Ports;
use crate::addressees;
use crate::domain::Preferences;

/// Shows which mails the signed-in user receives.
#[utoipa::path(
    responses((status = 200, description = "The preferences", body = MailPreferencesView)),
    security(("session" = [])),
)]
#[get("/api/mail/preferences")]
pub(crate) async fn show_preferences(
    ports: Data<Ports>,
    who: SignedIn,
) -> Result<Response, Problem> {
    let known = ports.store.find::<Preferences>(&who.user.to_string()).await?;
    // A default without a stored secret: none is shown.
    let preferences = known.unwrap_or_else(|| Preferences::create(who.user, &[0; 32]));
    let is_refused = addressees::is_refused(&ports, who.user).await?;
    Ok(Response::ok(&MailPreferencesView::of(&preferences, is_refused)))
}
