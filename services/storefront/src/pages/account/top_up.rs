//! GET /account/top-ups/{id}: a top-up that has not ended when its form was sent.

use actix_web::HttpResponse;
use actix_web::web::Path;
use askama::Template;
use contract::PaymentId;

use crate::api::Target;
use crate::api::payment_views::PaymentDetails;
use crate::api::views::ActionView;
use crate::cards::allow_script;
use crate::failure::Failure;
use crate::language::Language;
use crate::visit::Visit;

/// Seconds between two reads of a page that waits.
const REFRESH_S: u32 = 3;

#[derive(Template)]
#[template(path = "account/top_up.html")]
struct TopUpPage<'v> {
    visit: &'v Visit,
    t: Language,
    payment: &'v PaymentDetails,
    amount: String,
    has_failed: bool,
    refresh_s: Option<u32>,
}

/// The state of the top-up; a successful one leads to the account, a payment to its order.
pub(crate) async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, Failure> {
    visit.signed_in()?;
    let id: PaymentId = id.parse().map_err(|_| Failure::NotFound)?;
    let path = format!("/api/payments/{id}");
    let payment: PaymentDetails =
        visit.ports().api.get(&visit, Target::Payments, &path).await?.body;
    if let Some(order) = payment.order_id {
        return Ok(visit.go_to(format!("/orders/{order}")));
    }
    if payment.status == "captured" {
        return Ok(visit.go_to("/account?done=top-up"));
    }
    let has_failed = matches!(payment.status.as_str(), "declined" | "voided");
    let t = visit.language();
    let page = TopUpPage {
        visit: &visit,
        t,
        amount: t.money(&payment.money()),
        has_failed,
        refresh_s: (!has_failed && payment.action.is_none()).then_some(REFRESH_S),
        payment: &payment,
    };
    let response = visit.show(&page);
    Ok(if page.scripted_action().is_some() { allow_script(response) } else { response })
}

impl TopUpPage<'_> {
    /// The required action, if the bank's page has no URL and Stripe's script shows it.
    fn scripted_action(&self) -> Option<&ActionView> {
        let action = self.payment.action.as_ref().filter(|action| action.url.is_none());
        action.filter(|_| self.visit.publishable_key().is_some())
    }
}
