//! GET /admin/refunds: refunds that have not ended.

use actix_web::HttpResponse;

use super::records::{self, Fact, List, Record};
use crate::api::payment_views::RefundDetails;
use crate::failure::Failure;
use crate::language::Language;
use crate::visit::Visit;

/// The list, oldest first.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let list = List {
        page: "/admin/refunds",
        route: "/api/payments/unsettled-refunds",
        title: t.admin_refunds(),
        text: t.admin_refunds_text(),
        none: t.admin_refunds_none(),
    };
    records::show(&visit, &list, record).await
}

fn record(t: Language, refund: &RefundDetails) -> Record {
    let (status, advice) = match refund.stripe_id {
        Some(_) => (t.admin_status_bank(), t.admin_advice_refund_bank()),
        None => (t.admin_status_provider(), t.admin_advice_refund()),
    };
    let at = refund.requested_at;
    let to = if refund.to == "credit" { t.admin_to_credit() } else { t.admin_to_card() };
    let origin = match refund.origin.as_str() {
        "returned" => t.admin_origin_returned(),
        "provider" => t.admin_origin_provider(),
        "show_cancelled" => t.admin_origin_show_cancelled(),
        _ => t.admin_origin_requested(),
    };
    let mut facts = vec![
        (t.admin_began_at(), Fact::Time(at)),
        (t.admin_origin(), Fact::Text(origin.to_owned())),
        (t.admin_destination(), Fact::Text(to.to_owned())),
    ];
    facts.extend(refund.order_id.map(|order| (t.order_number(), Fact::Id(order.to_string()))));
    facts.push((t.admin_payment_id(), Fact::Id(refund.payment_id.to_string())));
    facts.push((t.admin_refund_id(), Fact::Id(refund.id.to_string())));
    facts.extend(refund.stripe_id.clone().map(|id| (t.admin_provider_id(), Fact::Id(id))));
    Record { amount: t.money(&refund.money()), status: (status, "warn"), advice, facts }
}
