//! Inquiries at the provider before a response.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use contract::{PaymentId, Timestamp};
use parking_lot::Mutex;
use store::{Failure, Unavailable};
use web::{Code, Problem};

use crate::domain::{Command, Payment, State};
use crate::gateway::Known;
use crate::{Ports, recording, settling};

/// Timeout of the inquiry; after it the request continues with the stored state.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// Minimum time between two inquiries about one payment.
const PERIOD: Duration = Duration::from_secs(1);

/// Maximum number of remembered payments. While it is reached within the period, there is no
/// inquiry about others.
const REMEMBERED_MAX: usize = 10_000;

/// Times of the last inquiries because of requests. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct LastAsked {
    asked: Arc<Mutex<HashMap<PaymentId, Asked>>>,
}

#[derive(Debug, Clone, Copy)]
struct Asked {
    at: Timestamp,
    is_answered: bool,
}

impl LastAsked {
    /// Whether an inquiry is permitted now; if so, records it.
    fn admit(&self, id: PaymentId, now: Timestamp) -> bool {
        let mut all = self.asked.lock();
        let is_recent = |asked: &Asked| now.since(asked.at) < PERIOD && asked.at <= now;
        if all.get(&id).is_some_and(is_recent) {
            return false;
        }
        if all.len() >= REMEMBERED_MAX {
            all.retain(|_, asked| is_recent(asked));
        }
        let is_admitted = all.len() < REMEMBERED_MAX;
        if is_admitted {
            all.insert(id, Asked { at: now, is_answered: false });
        }
        is_admitted
    }

    /// Records the response to the last inquiry.
    fn note_answer(&self, id: PaymentId) {
        if let Some(asked) = self.asked.lock().get_mut(&id) {
            asked.is_answered = true;
        }
    }

    fn is_answered(&self, id: PaymentId) -> bool {
        self.asked.lock().get(&id).is_some_and(|asked| asked.is_answered)
    }

    /// Records that the provider has just returned the status.
    pub(crate) fn note(&self, id: PaymentId, now: Timestamp) {
        let _ = self.admit(id, now);
    }
}

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

#[cfg(test)]
mod tests {
    use contract::Id;

    use super::*;

    #[test]
    fn no_more_payments_are_remembered_than_the_bound() {
        let asked = LastAsked::default();
        let id = |number: usize| {
            let mut bytes = [0; 12];
            bytes[..8].copy_from_slice(&number.to_be_bytes());
            PaymentId::new(Id::from_bytes(bytes))
        };
        let now = Timestamp::from_unix_ms(1_000_000);
        for number in 0..REMEMBERED_MAX {
            assert!(asked.admit(id(number), now));
        }
        assert!(!asked.admit(id(REMEMBERED_MAX), now));
        assert_eq!(asked.asked.lock().len(), REMEMBERED_MAX);
        let later = now.plus(PERIOD);
        assert!(asked.admit(id(REMEMBERED_MAX), later), "those of before are forgotten");
        assert_eq!(asked.asked.lock().len(), 1);
    }
}
