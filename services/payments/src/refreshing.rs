//! Inquiries at the provider before a response.

use std::future::Future;
use std::time::Duration;

use contract::PaymentId;
use store::{Failure, Unavailable};
use web::{Code, Problem};

use crate::domain::{Command, Payment, State};
use crate::gateway::Known;
use crate::{Ports, recording, settling};

/// Timeout of the inquiry; after it the request continues with the stored state.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// Inquires about a payment that requires action, at most once per second, and returns it. After
/// the timeout the stored payment is returned.
///
/// # Errors
/// [`Problem`]: the store is unavailable.
pub(crate) async fn when_due(ports: &Ports, payment: Payment) -> Result<Payment, Problem> {
    let id = payment.id;
    let State::RequiresAction { reference, .. } = &payment.state else { return Ok(payment) };
    if !ports.last_asked.admit(id, ports.clock.now()) {
        return Ok(payment);
    }
    let known = Known { payment_id: id, reference, amount: payment.amount };
    let Some(standing) = within(ports, id, ports.gateway.inquire(known)).await else {
        return Ok(payment);
    };
    let observed = ports
        .store
        .transact(move |tx| settling::command(tx, id, Command::Observe(standing.clone())));
    match observed.await {
        Ok(after) => {
            settling::note_end(ports, &payment, &after);
            ports.work.tell(id);
            Ok(after)
        }
        Err(Failure::Refused(refusal)) => {
            tracing::error!(payment = %id, %refusal, "the provider's answer was not recorded");
            Ok(payment)
        }
        Err(Failure::Busy) => Ok(payment),
        Err(Failure::Unavailable(unavailable)) => Err(unavailable.into()),
    }
}

/// Books the provider's record of a captured payment, at most once per second. Returns whether it
/// is booked; false after the timeout.
///
/// # Errors
/// [`Problem`]: the store is busy.
pub(crate) async fn record_when_due(ports: &Ports, payment: &Payment) -> Result<bool, Problem> {
    let id = payment.id;
    if !ports.last_recorded.admit(id, ports.clock.now()) {
        return Ok(ports.last_recorded.is_answered(id));
    }
    let following = async {
        match recording::follow(ports, payment).await {
            Ok(_) => Ok(Ok(true)),
            Err(Failure::Refused(_)) => Ok(Ok(false)),
            Err(Failure::Busy) => Ok(Err(Problem::new(Code::BUSY))),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
        }
    };
    let is_booked = within(ports, id, following).await.unwrap_or(Ok(false))?;
    if is_booked {
        ports.last_recorded.note_answer(id);
    }
    Ok(is_booked)
}

/// The provider's response, if it arrives in time.
async fn within<T>(
    ports: &Ports,
    id: PaymentId,
    asking: impl Future<Output = Result<T, Unavailable>>,
) -> Option<T> {
    let answer = tokio::select! {
        biased;
        answer = asking => answer,
        () = ports.clock.sleep(WAIT_MAX) => Err(Unavailable::new("no answer in time")),
    };
    let unknown = |unavailable: Unavailable| {
        let error = unavailable.chain();
        tracing::warn!(payment = %id, error, "the provider's answer is unknown");
    };
    answer.map_err(unknown).ok()
}
