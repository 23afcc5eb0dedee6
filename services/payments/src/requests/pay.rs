//! Requests that pay: each starts a payment and waits for its end.

use actix_web::http::StatusCode;
use contract::{Id, PaymentId, Timestamp, UserId};
use store::{Stop, Tx};
use web::{Call, Problem, Response};

use super::inquiry;
use super::long_running::{LongRunning, Progress, run};
use crate::Ports;
use crate::code;
use crate::domain::{Payment, Refusal, State};
use crate::driver::completions::Completions;
use crate::driver::queue::WorkQueue;
use crate::provider::gateway::is_about_amount;
use crate::routes::views::PaymentView;

/// Starts a payment, or joins the one that the same key started. Returns once the payment has ended
/// or requires action of the payer, or after ten seconds with its present state. `begin` writes the
/// documents of a new payment.
///
/// # Errors
/// [`Problem`]: a refusal by `begin`, an end without a capture, an outage.
pub(crate) async fn pay(
    ports: &Ports,
    call: &Call,
    payer: UserId,
    begin: impl Fn(&mut Tx<'_>, PaymentId) -> Result<Payment, Stop<Refusal>> + Send + Sync + 'static,
) -> Result<Response, Problem> {
    let id = PaymentId::from(ports.ids.next(ports.clock.now()));
    run(ports, call, payer, move |tx: &mut Tx<'_>| begin(tx, id)).await
}

impl LongRunning for Payment {
    type Id = PaymentId;

    fn started(&self) -> (Id, Timestamp) {
        (self.id.untyped(), self.started_at)
    }

    fn completions(ports: &Ports) -> &Completions<PaymentId> {
        &ports.completions
    }

    fn queue(ports: &Ports) -> &WorkQueue<PaymentId> {
        &ports.payment_queue
    }

    async fn refresh(ports: &Ports, id: PaymentId) -> Result<(), Problem> {
        if let Some(payment) = ports.store.find::<Self>(&id.to_string()).await? {
            inquiry::when_due(ports, payment).await?;
        }
        Ok(())
    }

    async fn progress(&self, _: &Ports) -> Result<Progress, Problem> {
        let present = || Response::json(StatusCode::ACCEPTED, &PaymentView::from(self));
        Ok(match &self.state {
            State::Started { .. }
            | State::Opened { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Voiding { .. } => Progress::Running(present()),
            State::RequiresAction { .. } => Progress::Suspended(present()),
            State::Captured { .. } => {
                let place = format!("/api/payments/{}", self.id);
                let response = Response::created(place, &PaymentView::from(self));
                Progress::Ended(Ok(match self.public_state() {
                    Some(state) => response.seen(&state),
                    None => response,
                }))
            }
            State::Returned { reason, .. } => {
                let detail = "The captured money is not accepted for this payment and is refunded";
                let problem = Problem::from(Refusal::from(*reason)).detail(detail);
                Progress::Ended(Err(problem))
            }
            State::Voided { reason, .. } => Progress::Ended(Err(Refusal::from(*reason).into())),
            State::Declined { reason, .. } if is_about_amount(reason) => {
                let detail = format!(
                    "The payment provider does not charge this amount ({reason}); nothing was charged"
                );
                Progress::Ended(Err(Problem::new(code::AMOUNT_NOT_CHARGEABLE).detail(detail)))
            }
            State::Declined { reason, .. } => {
                let detail = format!("The card was declined: {reason}");
                Progress::Ended(Err(Problem::new(code::PAYMENT_DECLINED).detail(detail)))
            }
        })
    }
}
