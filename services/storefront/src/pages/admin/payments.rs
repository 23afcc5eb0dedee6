//! GET /admin/payments: payments and top-ups that have not ended.

use actix_web::HttpResponse;

use super::records::{self, Fact, List, Record};
use crate::api::payment_views::PaymentDetails;
use crate::failure::Failure;
use crate::language::Language;
use crate::visit::Visit;

/// The list, oldest first.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let list = List {
        page: "/admin/payments",
        route: "/api/payments/unsettled",
        title: t.admin_payments(),
        text: t.admin_payments_text(),
        none: t.admin_payments_none(),
    };
    records::show(&visit, &list, record).await
}

fn record(t: Language, payment: &PaymentDetails) -> Record {
    let (status, advice) = match payment.status.as_str() {
        "requires_action" => (t.admin_status_payer(), t.admin_advice_payer()),
        "authorized" => (t.admin_status_reserved(), t.admin_advice_reserved()),
        _ => (t.admin_status_provider(), t.admin_advice_provider()),
    };
    let at = payment.started_at;
    let mut facts = vec![(t.admin_began_at(), Fact::Time(at))];
    facts.extend(payment.payer.map(|payer| (t.admin_payer(), Fact::User(payer))));
    facts.push(match payment.order_id {
        Some(order) => (t.order_number(), Fact::Id(order.to_string())),
        None => (t.admin_origin(), Fact::Text(t.admin_of_top_up().to_owned())),
    });
    facts.push((t.admin_payment_id(), Fact::Id(payment.id.to_string())));
    facts.extend(payment.stripe_id.clone().map(|id| (t.admin_provider_id(), Fact::Id(id))));
    Record { amount: t.money(&payment.money()), status: (status, "warn"), advice, facts }
}
