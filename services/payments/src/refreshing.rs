//! Requests that ask the provider for the present state before they respond.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use contract::{PaymentId, Timestamp};
use parking_lot::Mutex;
use store::{Failure, Unavailable};
use web::{Code, Problem};

use crate::domain::{Command, Payment};
use crate::gateway::Known;
use crate::{Ports, recording, settling};

/// How long a request waits for the provider; then it goes on with what is known.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// Least time between two requests to the provider about one payment, however often its payer reads it.
const PERIOD: Duration = Duration::from_secs(1);

/// Payments that are remembered; those asked about longest ago are forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// When the provider was asked about a payment because its payer read it. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct LastAsked {
    moments: Arc<Mutex<HashMap<PaymentId, Timestamp>>>,
}

impl LastAsked {
    /// Whether the provider may be asked about this one now; if so it is noted.
    fn admit(&self, id: PaymentId, now: Timestamp) -> bool {
        let mut moments = self.moments.lock();
        let is_recent = |at: &Timestamp| now.since(*at) < PERIOD && *at <= now;
        if moments.get(&id).is_some_and(is_recent) {
            return false;
        }
        if moments.len() >= REMEMBERED_MAX {
            moments.retain(|_, at| is_recent(at));
        }
        moments.insert(id, now);
        true
    }

    /// The provider has just returned the state of this one.
    pub(crate) fn note(&self, id: PaymentId, now: Timestamp) {
        let _ = self.admit(id, now);
    }
}

/// A payment as the provider has it, if it requires action: the provider is asked at most once a second. Without a response in time
/// the payment is returned as it is known here.
///
/// # Errors
/// [`Problem`]: the store does not answer.
pub(crate) async fn when_due(ports: &Ports, payment: Payment) -> Result<Payment, Problem> {
    let id = payment.id;
    let Some(reference) = payment.reference() else { return Ok(payment) };
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

/// A payment whose money was taken, with all that the provider has on record of it booked; `None` where the provider does not answer in
/// time.
///
/// # Errors
/// [`Problem`]: the store is busy.
pub(crate) async fn recorded(ports: &Ports, payment: &Payment) -> Result<Option<Payment>, Problem> {
    let id = payment.id;
    let following = async {
        match recording::follow(ports, payment).await {
            Ok((payment, _)) => Ok(Ok(Some(payment))),
            Err(Failure::Refused(refusal)) => {
                tracing::error!(payment = %id, %refusal, "the provider's record was not booked");
                Ok(Ok(None))
            }
            Err(Failure::Busy) => Ok(Err(Problem::new(Code::Busy))),
            Err(Failure::Unavailable(unavailable)) => Err(unavailable),
        }
    };
    within(ports, id, following).await.unwrap_or(Ok(None))
}

/// The provider's answer, if it comes within the bound.
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
