//! The one place that talks to the provider: does what each payment's state asks for, records the answer, tries again where
//! the answer is unknown. What was not recorded when the process died is asked again under the same key.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use contract::payment::{AUTHORIZED, CAPTURED, DECLINED, PaymentState, VOIDED};
use contract::{MessageType, PaymentId, Timestamp};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use sources::crash;
use store::{Failure, Query, Stop, Tx, Unavailable};
use tokio::sync::Mutex;

use crate::Ports;
#[cfg(feature = "faults")]
use crate::domain::Verdict;
use crate::domain::{Command, OrderCopy, Outcome, Payment, Refusal, State, Task};
use crate::gateway::{Authorization, GatewayError};

/// Payments pursued at once: what keeps a provider that answers in a second at some hundred a second.
const AT_ONCE_MAX: usize = 256;

/// First wait before an unknown answer is asked for again; doubles up to [`BACK_OFF_MAX`].
const BACK_OFF_FIRST: Duration = Duration::from_millis(200);

/// Longest wait before an unknown answer is asked for again.
const BACK_OFF_MAX: Duration = Duration::from_secs(30);

/// Longest wait for news, so that what another process left is seen.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// How one turn of a payment ended.
enum Turn {
    Recorded,
    Again,
}

type Pursuit = Pin<Box<dyn Future<Output = (PaymentId, Turn)> + Send>>;

/// The pursuit of every payment that has something to ask of the provider.
#[derive(Clone)]
pub struct PursuePayments {
    ports: Ports,
    /// What is under way; a step that is dropped half-way leaves it as it is.
    under_way: Arc<Mutex<UnderWay>>,
}

#[derive(Default)]
struct UnderWay {
    pursuits: FuturesUnordered<Pursuit>,
    ids: HashSet<PaymentId>,
    /// Attempts so far, and when the next is due.
    again: HashMap<PaymentId, (u32, Timestamp)>,
}

impl PursuePayments {
    /// The pursuit of one service.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, under_way: Arc::default() }
    }

    /// Takes up what is to be done, and returns when one payment has had its turn or news came; answers how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let mut under_way = self.under_way.lock().await;
        self.take_up(&mut under_way).await?;
        if under_way.pursuits.is_empty() {
            return Ok(0);
        }
        tokio::select! {
            turn = under_way.pursuits.next() => {
                if let Some((id, turn)) = turn {
                    under_way.ended(id, &turn, self.ports.clock.now());
                }
            }
            () = self.ports.work.notified() => {}
        }
        Ok(1)
    }

    async fn take_up(&self, under_way: &mut UnderWay) -> Result<(), Unavailable> {
        let room = AT_ONCE_MAX.saturating_sub(under_way.ids.len());
        if room == 0 {
            return Ok(());
        }
        let limit = u32::try_from(AT_ONCE_MAX * 2).unwrap_or(u32::MAX);
        let with_task = Query::on("with_task").equals(true).limit(limit);
        let payments: Vec<Payment> = self.ports.store.query(with_task).await?;
        let now = self.ports.clock.now();
        let is_due = |under_way: &UnderWay, id: &PaymentId| {
            !under_way.ids.contains(id) && under_way.again.get(id).is_none_or(|(_, at)| *at <= now)
        };
        for payment in payments.into_iter().take(AT_ONCE_MAX * 2) {
            if under_way.ids.len() < AT_ONCE_MAX && is_due(under_way, &payment.id) {
                under_way.ids.insert(payment.id);
                under_way.pursuits.push(Box::pin(pursue(self.ports.clone(), payment)));
            }
        }
        Ok(())
    }

    /// Returns when there may be something to do.
    pub async fn wait(&self) {
        let clock = &self.ports.clock;
        let latest = clock.now().plus(WAIT_MAX);
        let again = self.under_way.lock().await.again.values().map(|(_, at)| *at).min();
        tokio::select! {
            () = clock.sleep_until(again.map_or(latest, |at| at.min(latest))) => {}
            () = self.ports.work.notified() => {}
        }
    }
}

impl UnderWay {
    fn ended(&mut self, id: PaymentId, turn: &Turn, now: Timestamp) {
        self.ids.remove(&id);
        match turn {
            Turn::Recorded => {
                self.again.remove(&id);
            }
            Turn::Again => {
                let attempts = self.again.get(&id).map_or(0, |(attempts, _)| *attempts);
                let pause = BACK_OFF_FIRST.saturating_mul(1 << attempts.min(16)).min(BACK_OFF_MAX);
                self.again.insert(id, (attempts + 1, now.plus(pause)));
            }
        }
    }
}

/// Gives a payment turns until it has nothing more to ask, or an answer is unknown.
async fn pursue(ports: Ports, mut payment: Payment) -> (PaymentId, Turn) {
    let id = payment.id;
    loop {
        let command = match ask(&ports, &payment).await {
            Ok(Some(command)) => command,
            Ok(None) => return (id, Turn::Recorded),
            Err(unavailable) => {
                let error = unavailable.chain();
                tracing::warn!(payment = %id, error, "the provider's answer is unknown");
                return (id, Turn::Again);
            }
        };
        let recording = ports.store.transact(move |tx| carry_out(tx, id, command.clone()));
        match recording.await {
            Ok(recorded) => payment = recorded,
            Err(Failure::Refused(refusal)) => {
                tracing::error!(payment = %id, %refusal, "the provider's answer was not recorded");
                return (id, Turn::Again);
            }
            Err(Failure::Busy | Failure::Unavailable(_)) => return (id, Turn::Again),
        }
        ports.endings.announce(id);
    }
}

/// Asks the provider what the payment's state asks for.
async fn ask(ports: &Ports, payment: &Payment) -> Result<Option<Command>, Unavailable> {
    let gateway = &ports.gateway;
    if payment.task() != Task::Nothing {
        crash::point("before_the_provider_is_asked");
    }
    let answered = match payment.task() {
        Task::Nothing => return Ok(None),
        Task::Authorize { token } => {
            let (payment_id, amount) = (payment.id, payment.amount);
            let authorization = Authorization { payment_id, amount, token: token.clone() };
            let held = gateway.authorize(&authorization).await;
            #[cfg(feature = "faults")]
            let held = ask_again_under_another_key(ports, authorization, held).await;
            held.map(|reference| Command::Authorize { reference })
        }
        Task::Capture { reference } => {
            gateway.capture(payment.id, reference).await.map(|()| Command::ConfirmCapture)
        }
        Task::Void { reference } => {
            gateway.void(payment.id, reference).await.map(|()| Command::ConfirmVoid)
        }
    };
    crash::point("after_the_provider_answered_before_saving");
    match answered {
        Ok(command) => Ok(Some(command)),
        Err(GatewayError::Declined(reason)) => Ok(Some(Command::Decline { reason })),
        Err(GatewayError::Unknown(unavailable)) => Err(unavailable),
    }
}

/// A planted bug: a provider whose answer was lost is asked again under a new key.
#[cfg(feature = "faults")]
async fn ask_again_under_another_key(
    ports: &Ports,
    asked: Authorization,
    held: Result<String, GatewayError>,
) -> Result<String, GatewayError> {
    let is_planted = crash::is_planted(crash::Bug::NewIdempotencyKeyOnRetry);
    if !is_planted || !matches!(held, Err(GatewayError::Unknown(_))) {
        return held;
    }
    let payment_id = PaymentId::from(ports.ids.next(ports.clock.now()));
    ports.gateway.authorize(&Authorization { payment_id, ..asked }).await
}

/// Records what the provider said, and settles the payment by its order where that has spoken already.
fn carry_out(tx: &mut Tx<'_>, id: PaymentId, command: Command) -> Result<Payment, Stop<Refusal>> {
    let known = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let answered = match known.decide(command, tx.now())? {
        Outcome::Unchanged => None,
        Outcome::Advanced(payment) => Some(*payment),
        Outcome::Changed(payment) => {
            if let Some(message_type) = message_type(&payment.state) {
                tx.publish(message_type.of(payment.public_state()));
            }
            Some(*payment)
        }
    };
    let payment = answered.as_ref().unwrap_or(&known);
    let copy = tx.get::<OrderCopy>(payment.order_id)?.ok_or(Refusal::UnknownOrder)?;
    let verdict = copy.verdict(id);
    // A planted bug: the money is taken although the order has not said anything yet.
    #[cfg(feature = "faults")]
    let verdict = match verdict {
        Verdict::Wait if crash::is_planted(crash::Bug::CaptureBeforeAcceptance) => Verdict::Capture,
        verdict => verdict,
    };
    let settled = match payment.decide(Command::Settle(verdict), tx.now())? {
        Outcome::Unchanged => answered,
        Outcome::Advanced(payment) | Outcome::Changed(payment) => Some(*payment),
    };
    let Some(payment) = settled else { return Ok(known) };
    if matches!(payment.state, State::Declined { .. } | State::Voided { .. }) {
        tx.save(copy.give_up(id));
    }
    tx.save(payment.clone());
    Ok(payment)
}

/// The message that tells of a state; none where others do not learn of it.
const fn message_type(state: &State) -> Option<MessageType<PaymentState>> {
    match state {
        State::Authorized { .. } => Some(AUTHORIZED),
        State::Captured { .. } => Some(CAPTURED),
        State::Voided { .. } => Some(VOIDED),
        State::Declined { .. } => Some(DECLINED),
        State::Started { .. } | State::Capturing { .. } | State::Voiding { .. } => None,
    }
}
