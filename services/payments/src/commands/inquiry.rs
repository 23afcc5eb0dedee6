//! Inquiries at the provider before a response: at most one per second and payment.

use std::future::Future;
use std::time::Duration;

use contract::PaymentId;
use futures::TryFutureExt as _;
use store::{Failure, Tx, Unavailable};

use crate::domain::{Command, Payment, Refusal, State};
use crate::provider::gateway::ProviderPayment;
use crate::{Ports, commands};

/// Timeout of the inquiry; after it the request continues with the stored state.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// Inquires about a payment that requires action; returns the stored one after the timeout.
pub(crate) async fn when_due(ports: &Ports, payment: Payment) -> Result<Payment, Unavailable> {
    let id = payment.id;
    let due = ProviderPayment::of(&payment).filter(|_| {
        let requires_action = matches!(payment.state, State::RequiresAction { .. });
        requires_action && ports.inquiry_limit.admit(id, ports.clock.now())
    });
    let Some(known) = due else { return Ok(payment) };
    let inquiry = ports.gateway.inquire(known).map_err(Failure::Unavailable);
    let Ok(status) = within(ports, id, inquiry).await else { return Ok(payment) };
    let observing =
        move |tx: &mut Tx<'_>| commands::pay::apply(tx, id, Command::Observe(status.clone()));
    let failed = "result of a call to the provider was not recorded";
    let Some(after) = ports.decide("payment", id, failed, observing).await? else {
        return Ok(payment);
    };
    commands::pay::notify(ports, &payment, &after);
    ports.payments.push(id);
    Ok(after)
}

/// Books the provider's record of a captured payment; returns false after the timeout.
pub(crate) async fn record_when_due(
    ports: &Ports,
    payment: &Payment,
) -> Result<bool, Failure<Refusal>> {
    let id = payment.id;
    if !ports.record_limit.admit(id, ports.clock.now()) {
        return Ok(ports.record_limit.has_response(id));
    }
    match within(ports, id, commands::provider_record::synchronise(ports, payment)).await {
        Ok(_) => {
            ports.record_limit.note_response(id);
            Ok(true)
        }
        Err(Failure::Busy) => Err(Failure::Busy),
        Err(Failure::Refused(_) | Failure::Unavailable(_)) => Ok(false),
    }
}

async fn within<T>(
    ports: &Ports,
    id: PaymentId,
    inquiry: impl Future<Output = Result<T, Failure<Refusal>>>,
) -> Result<T, Failure<Refusal>> {
    let late = || Failure::Unavailable(Unavailable::new("no response in time"));
    let response = tokio::select! {
        biased;
        response = inquiry => response,
        () = ports.clock.sleep(WAIT_MAX) => Err(late()),
    };
    response.inspect_err(|failure| {
        if let Failure::Unavailable(unavailable) = failure {
            let error = unavailable.chain();
            tracing::warn!(payment = %id, error, "result of a call to the provider is unknown");
        }
    })
}
