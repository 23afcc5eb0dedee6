//! PUT /api/mail/preferences

use actix_web::put;
use actix_web::web::Data;
use contract::Language;
use service::person;
use store::{Stop, Tx};
use web::{Body, Problem, Response, SignedIn};

use super::views::MailPreferencesView;
use crate::Ports;
use crate::addressees;
use crate::domain::{Preferences, Refusal};

web::body! {
    /// Which mails the account receives.
    pub(crate) struct ChangePreferencesBody {
        /// Language of the mails; that of the sign-up by default.
        pub(crate) language: Option<Language>,
        /// Whether changes of shows are mailed to the buyer.
        pub(crate) show_changes: bool,
        /// Whether the first sale and the sales of each day are mailed to the seller.
        pub(crate) sales: bool,
    }
}

/// Changes which mails the signed-in user receives.
#[utoipa::path(
    request_body = ChangePreferencesBody,
    responses((status = 200, description = "The preferences", body = MailPreferencesView)),
    security(("session" = [])),
)]
#[put("/api/mail/preferences")]
pub(crate) async fn change_preferences(
    ports: Data<Ports>,
    who: SignedIn,
    body: Body<ChangePreferencesBody>,
) -> Result<Response, Problem> {
    let ChangePreferencesBody { language, show_changes, sales } = body.value;
    let (user, random) = (who.user, ports.ids.random_bytes());
    let changing = ports.store.transact(move |tx: &mut Tx<'_>| {
        if person::is_erased(tx, user)? {
            return Err(Refusal::UserErased.into());
        }
        let known = tx.get::<Preferences>(user)?;
        let known = known.unwrap_or_else(|| Preferences::create(user, &random));
        let changed = Preferences { language, show_changes, sales, ..known };
        tx.put(changed.clone());
        Ok::<_, Stop<Refusal>>(changed)
    });
    let changed = changing.await?;
    let is_refused = addressees::is_refused(&ports, user).await?;
    Ok(Response::ok(&MailPreferencesView::of(&changed, is_refused)))
}
