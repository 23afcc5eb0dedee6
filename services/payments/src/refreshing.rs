//! Requests that want to know what the provider says by now, before they answer.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use contract::{PaymentId, Timestamp};
use parking_lot::Mutex;
use store::Failure;
use web::Problem;

use crate::domain::{Command, Payment, Refusal};
use crate::{Ports, settling};

/// How long a request waits for the provider; then it goes on with what is known.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// Wait between two looks at what another process may be asking.
const LOOK_PERIOD: Duration = Duration::from_millis(250);

/// One payment is asked about at most once in this time, however often its payer looks.
const PERIOD: Duration = Duration::from_secs(1);

/// Payments that are remembered; those asked about longest ago are forgotten.
const REMEMBERED_MAX: usize = 10_000;

/// When the provider was asked about which payment because its payer looked. Clones share it.
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
}

/// A payment as the provider has it by now, where a payer who has to act may have acted: asked at most once a second. As it is known
/// where the provider does not answer in time.
///
/// # Errors
/// [`Problem`]: the store does not answer.
pub(crate) async fn when_due(ports: &Ports, payment: Payment) -> Result<Payment, Problem> {
    if ports.last_asked.admit(payment.id, ports.clock.now()) {
        now(ports, payment).await
    } else {
        Ok(payment)
    }
}

/// A payment as the provider has it by now; with news still where it does not answer in time.
///
/// # Errors
/// [`Problem`]: the store does not answer.
pub(crate) async fn now(ports: &Ports, payment: Payment) -> Result<Payment, Problem> {
    let id = payment.id;
    let until = ports.clock.now().plus(WAIT_MAX);
    let ending = ports.endings.of(id);
    let asking = ports.store.transact(move |tx| settling::command(tx, id, Command::Ask));
    let mut payment = asking.await.map_err(|failure: Failure<Refusal>| Problem::from(failure))?;
    ports.work.tell(id);
    while payment.has_news && ports.clock.now() < until {
        let announced = ending.announced();
        tokio::pin!(announced);
        // From here on an answer is noticed, although nothing awaits it yet.
        announced.as_mut().enable();
        let found = ports.store.find::<Payment>(&id.to_string()).await?;
        payment = found.ok_or(Problem::from(Refusal::UnknownPayment))?;
        if !payment.has_news {
            break;
        }
        let next = until.min(ports.clock.now().plus(LOOK_PERIOD));
        tokio::select! {
            biased;
            () = announced => {}
            () = ports.clock.sleep_until(next) => {}
        }
    }
    Ok(payment)
}
