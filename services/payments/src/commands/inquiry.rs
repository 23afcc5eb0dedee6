//! Inquiries at the provider before a response.

use std::future::Future;
use std::time::Duration;

use contract::PaymentId;
use store::{Failure, Tx, Unavailable};
use web::{Code, Problem};

use crate::domain::{Command, Payment, State};
use crate::provider::gateway::ProviderPayment;
use crate::{Ports, commands};

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
    if !ports.inquiry_limit.admit(id, ports.clock.now()) {
        return Ok(payment);
    }
    let known = ProviderPayment { payment_id: id, reference, amount: payment.amount };
    let Some(status) = within(ports, id, ports.gateway.inquire(known)).await else {
        return Ok(payment);
    };
    let observing =
        move |tx: &mut Tx<'_>| commands::pay::apply(tx, id, Command::Observe(status.clone()));
    let failed = "result of a call to the provider was not recorded";
    let Some(after) = ports.decide("payment", id, failed, observing).await? else {
        return Ok(payment);
    };
    commands::pay::notify(ports, &payment, &after);
    ports.payments.queue.push(id);
    Ok(after)
}

/// Books the provider's record of a captured payment, at most once per second. Returns whether it
/// is booked; false after the timeout.
///
/// # Errors
/// [`Problem`]: the store is busy.
pub(crate) async fn record_when_due(ports: &Ports, payment: &Payment) -> Result<bool, Problem> {
    let id = payment.id;
    if !ports.record_limit.admit(id, ports.clock.now()) {
        return Ok(ports.record_limit.has_response(id));
    }
    let following = async {
        match commands::provider_record::synchronise(ports, payment).await {
            Ok(_) => Ok(Ok(true)),
            Err(Failure::Refused(_)) => Ok(Ok(false)),
            Err(Failure::Busy) => Ok(Err(Problem::new(Code::BUSY))),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
        }
    };
    let is_booked = within(ports, id, following).await.unwrap_or(Ok(false))?;
    if is_booked {
        ports.record_limit.note_response(id);
    }
    Ok(is_booked)
}

/// The provider's response, if it arrives in time.
async fn within<T>(
    ports: &Ports,
    id: PaymentId,
    inquiry: impl Future<Output = Result<T, Unavailable>>,
) -> Option<T> {
    let response = tokio::select! {
        biased;
        response = inquiry => response,
        () = ports.clock.sleep(WAIT_MAX) => Err(Unavailable::new("no response in time")),
    };
    let unknown = |unavailable: Unavailable| {
        let error = unavailable.chain();
        tracing::warn!(payment = %id, error, "result of a call to the provider is unknown");
    };
    response.map_err(unknown).ok()
}
