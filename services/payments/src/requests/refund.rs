//! Requests for refunds: each starts a refund and waits for its end.

use actix_web::http::StatusCode;
use contract::inventory::InventoryState;
use contract::payment::ReturnedUnits;
use contract::{Id, RefundId, TicketId, Timestamp};
use web::{Problem, Response};

use super::long_running::{LongRunning, Progress};
use crate::Ports;
use crate::domain::refund::State;
use crate::domain::{OrderCopy, Payment, Refund, Refusal};
use crate::driver::completions::Completions;
use crate::driver::queue::WorkQueue;
use crate::routes::views::RefundView;

impl LongRunning for Refund {
    type Id = RefundId;

    fn started(&self) -> (Id, Timestamp) {
        (self.id.untyped(), self.requested_at)
    }

    fn completions(ports: &Ports) -> &Completions<RefundId> {
        &ports.refund_completions
    }

    fn queue(ports: &Ports) -> &WorkQueue<RefundId> {
        &ports.refund_queue
    }

    async fn progress(&self, ports: &Ports) -> Result<Progress, Problem> {
        let present = || Response::json(StatusCode::ACCEPTED, &RefundView::from(self));
        Ok(match &self.state {
            State::Requested { reference: None } => Progress::Running(present()),
            // The payer's bank has not decided.
            State::Requested { reference: Some(_) } => Progress::Suspended(present()),
            State::Succeeded { .. } | State::Failed { .. } | State::Credited { .. } => {
                match units_on_sale(ports, self).await? {
                    None => Progress::Running(present()),
                    Some(stock) => {
                        let place = format!("/api/payments/{}/refunds", self.payment_id);
                        let response = Response::created(place, &RefundView::from(self));
                        let response =
                            stock.into_iter().fold(response, |response, (id, version)| {
                                response.seen_version::<InventoryState>(id.untyped(), version)
                            });
                        Progress::Ended(Ok(response))
                    }
                }
            }
        })
    }
}

/// The tickets whose units orders has put on sale again for a refund, each with the version of its
/// inventory; `None` until all units are on sale. An order after the response can reserve them.
async fn units_on_sale(
    ports: &Ports,
    refund: &Refund,
) -> Result<Option<Vec<(TicketId, u64)>>, Problem> {
    let order_id = refund.order_id.filter(|_| refund.was_paid() && !refund.returns.is_empty());
    let Some(order_id) = order_id else { return Ok(Some(Vec::new())) };
    let payment = ports.store.find::<Payment>(&refund.payment_id.to_string()).await?;
    let payment = payment.ok_or(Problem::from(Refusal::UnknownPayment))?;
    let is_own =
        |units: &&ReturnedUnits| refund.returns.iter().any(|own| own.ticket_id == units.ticket_id);
    let returned = payment.refunds().into_iter().flat_map(|refunds| &refunds.returned);
    let returned: Vec<ReturnedUnits> = returned.filter(is_own).copied().collect();
    let copy = ports.store.find::<OrderCopy>(&order_id.to_string()).await?;
    let copy = copy.filter(|copy| copy.has_returned(&returned));
    Ok(copy.map(|copy| {
        let items = copy.order.items.iter();
        let own = items.filter(|item| returned.iter().any(|own| own.ticket_id == item.ticket_id));
        own.filter_map(|item| item.returned_in_version.map(|at| (item.ticket_id, at))).collect()
    }))
}
