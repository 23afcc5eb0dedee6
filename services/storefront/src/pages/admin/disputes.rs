//! GET /admin/disputes: payments that payers dispute at their bank.

use actix_web::HttpResponse;

use super::records::{self, Fact, List, Record};
use crate::api::payment_views::DisputeDetails;
use crate::failure::Failure;
use crate::language::Language;
use crate::visit::Visit;

/// The list, newest first.
pub(crate) async fn show(visit: Visit) -> Result<HttpResponse, Failure> {
    let t = visit.language();
    let list = List {
        page: "/admin/disputes",
        route: "/api/payments/disputes",
        title: t.admin_disputes(),
        text: t.admin_disputes_text(),
        none: t.admin_disputes_none(),
    };
    records::show(&visit, &list, record).await
}

fn record(t: Language, dispute: &DisputeDetails) -> Record {
    let (status, class, advice) = match dispute.status.as_str() {
        "won" => (t.admin_status_dispute_won(), "good", t.admin_advice_dispute_won()),
        "lost" => (t.admin_status_dispute_lost(), "bad", t.admin_advice_dispute_lost()),
        _ => (t.admin_status_dispute_open(), "warn", t.admin_advice_dispute_open()),
    };
    let mut facts = vec![(t.admin_began_at(), Fact::Time(dispute.opened_at))];
    facts.extend(dispute.closed_at.map(|at| (t.admin_ended_at(), Fact::Time(at))));
    facts.push((t.admin_payer(), Fact::User(dispute.payer)));
    facts.extend(dispute.order_id.map(|order| (t.order_number(), Fact::Id(order.to_string()))));
    facts.push((t.admin_payment_id(), Fact::Id(dispute.payment_id.to_string())));
    facts.push((t.admin_dispute_id(), Fact::Id(dispute.id.to_string())));
    facts.push((t.admin_provider_id(), Fact::Id(dispute.stripe_id.clone())));
    Record { amount: t.money(&dispute.money()), status: (status, class), advice, facts }
}

#[cfg(test)]
mod tests {
    use contract::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn each_status_has_its_advice() {
        let t = Language::ENGLISH;
        let advice = |status: &str| {
            let dispute = json!({
                "id": "6920f3a1b2c3d4e5f6071829", "stripeId": "dp_1", "status": status,
                "paymentId": "6920f3a1b2c3d4e5f6071829", "payer": "6920f3a1b2c3d4e5f6071829",
                "amount": 12.5, "currency": "eur", "openedAt": Timestamp::from_unix_ms(0),
            });
            let record = record(t, &serde_json::from_value(dispute).unwrap());
            assert_eq!(record.amount, "€12.50");
            record.advice
        };
        assert_eq!(advice("open"), t.admin_advice_dispute_open());
        assert_eq!(advice("won"), t.admin_advice_dispute_won());
        assert_eq!(advice("lost"), t.admin_advice_dispute_lost());
    }
}
