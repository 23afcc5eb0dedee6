//! Talks to the provider of payments: does what each payment's state asks for and records the answer. Where
//! an answer is unknown, it first asks where the payment stands. What was not recorded when the process died is asked again
//! under the same key.

use contract::PaymentId;
use sources::{Span, SpanKind, Trace, crash, with_trace};
use store::{Failure, Unavailable};

use super::pursuits::{Pursuit, Turn};
use super::unsettled::UNSETTLED_AFTER;
use crate::domain::{Command, Payment, Purpose, Standing, Task};
use crate::gateway::{Known, Opened, Opening};
use crate::{Ports, recording, settling};

/// The pursuit of every payment that has something to ask of the provider.
#[derive(Clone)]
pub struct PursuePayments {
    ports: Ports,
    pursuit: Pursuit<PaymentId>,
}

impl PursuePayments {
    /// The pursuit of one service.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, pursuit: Pursuit::new() }
    }

    /// Takes up what is to be done, and returns when one payment has had its turn or news came; answers how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let id = |payment: &Payment| payment.id;
        self.pursuit.run_once(&self.ports, &self.ports.work, id, pursue).await
    }

    /// Returns when there may be something to do.
    pub async fn wait(&self) {
        self.pursuit.wait(&self.ports.clock, &self.ports.work).await;
    }
}

/// Gives a payment its turns, in the trace of the order that it is for.
async fn pursue(ports: Ports, payment: Payment, attempts: u32) -> (PaymentId, Turn) {
    let turns = |payment| Box::pin(take_turns(ports, payment, attempts));
    match payment.purpose {
        Purpose::TopUp => turns(payment).await,
        Purpose::Order { order_id } => {
            let order = Trace::of(order_id);
            let span = Span::within(order, "payments.pursue_payments", SpanKind::Internal);
            with_trace(span.place().unwrap_or(order), turns(payment)).await
        }
    }
}

/// Gives a payment turns until it has nothing more to ask, or nothing comes of it.
async fn take_turns(ports: Ports, mut payment: Payment, attempts: u32) -> (PaymentId, Turn) {
    let id = payment.id;
    // The answer to an earlier attempt, of this process or another, may have been lost.
    let age = ports.clock.now().since(payment.started_at);
    let mut doubt = attempts > 0 || age >= UNSETTLED_AFTER;
    loop {
        let mut span = asking(&payment);
        if matches!(payment.task(), Task::Record { .. }) {
            return (id, span.run(record(&ports, &payment)).await);
        }
        let command = match span.run(ask(&ports, &payment, doubt)).await {
            Ok(Some(command)) => command,
            Ok(None) => return (id, Turn::Recorded),
            Err(unavailable) => {
                let error = unavailable.chain();
                span.fail(|| error.clone());
                tracing::warn!(payment = %id, error, "the provider's answer is unknown");
                return (id, Turn::Again);
            }
        };
        drop(span);
        let recording =
            ports.store.transact(move |tx| settling::command(tx, id, command.clone())).await;
        let recorded = match recording {
            Ok(recorded) => recorded,
            Err(Failure::Refused(refusal)) => {
                tracing::error!(payment = %id, %refusal, "the provider's answer was not recorded");
                return (id, Turn::Again);
            }
            Err(Failure::Busy | Failure::Unavailable(_)) => return (id, Turn::Again),
        };
        settling::note_end(&ports, &payment, &recorded);
        if recorded.state == payment.state && recorded.task() != Task::Nothing {
            return (id, Turn::Again);
        }
        payment = recorded;
        doubt = false;
    }
}

/// Books what the provider has on record of a payment whose money was taken.
async fn record(ports: &Ports, payment: &Payment) -> Turn {
    let id = payment.id;
    let turn = match recording::follow(ports, payment).await {
        Ok((payment, _)) if payment.has_news => Turn::Again,
        Ok(_) => Turn::Recorded,
        Err(Failure::Refused(_) | Failure::Busy) => Turn::Again,
        Err(Failure::Unavailable(unavailable)) => {
            let error = unavailable.chain();
            tracing::warn!(payment = %id, error, "the provider's record is unknown");
            Turn::Again
        }
    };
    ports.endings.announce(id);
    turn
}

/// The span of what is asked of the provider.
fn asking(payment: &Payment) -> Span {
    let name = match payment.task() {
        Task::Nothing => return Span::default(),
        Task::Open => "provider open",
        Task::Confirm { .. } => "provider confirm",
        Task::Capture { .. } => "provider capture",
        Task::Void { .. } => "provider void",
        Task::Inquire { .. } => "provider inquire",
        Task::Record { .. } => "provider record",
    };
    Span::here(name, SpanKind::Client)
}

/// Asks the provider what the payment's state asks for; where there is `doubt`, first whether it was done before.
async fn ask(
    ports: &Ports,
    payment: &Payment,
    doubt: bool,
) -> Result<Option<Command>, Unavailable> {
    let (payment_id, amount) = (payment.id, payment.amount);
    let known = |reference| Known { payment_id, reference, amount };
    if payment.task() != Task::Nothing {
        crash::point("before_the_provider_is_asked");
    }
    let task = payment.task();
    if let Task::Confirm { reference, .. } | Task::Capture { reference } | Task::Void { reference } =
        task
        && doubt
    {
        let standing = ports.gateway.inquire(known(reference)).await?;
        if is_beyond(task, &standing) {
            return Ok(Some(Command::Observe(standing)));
        }
    }
    let gateway = &ports.gateway;
    let command = match task {
        Task::Nothing | Task::Record { .. } => return Ok(None),
        Task::Open => match gateway.open(Opening { payment_id, amount }).await? {
            Opened::Known { reference } => Command::Open { reference },
            Opened::Refused { reason } => Command::Refuse { reason },
        },
        Task::Confirm { reference, token } => {
            Command::Observe(gateway.confirm(known(reference), token).await?)
        }
        Task::Capture { reference } => Command::Observe(gateway.capture(known(reference)).await?),
        Task::Void { reference } => Command::Observe(gateway.void(known(reference)).await?),
        Task::Inquire { reference } => Command::Observe(gateway.inquire(known(reference)).await?),
    };
    crash::point("after_the_provider_answered_before_saving");
    Ok(Some(command))
}

/// Whether what is to be asked needs no asking any more.
const fn is_beyond(task: Task<'_>, standing: &Standing) -> bool {
    match task {
        Task::Confirm { .. } => !matches!(standing, Standing::Unconfirmed),
        Task::Capture { .. } => !matches!(standing, Standing::Held),
        Task::Void { .. } => matches!(
            standing,
            Standing::Released | Standing::Captured | Standing::CapturedPart { .. }
        ),
        Task::Open | Task::Inquire { .. } | Task::Record { .. } | Task::Nothing => false,
    }
}
