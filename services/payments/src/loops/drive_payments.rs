//! Calls the provider of payments: makes the call that each payment's state requires, and records
//! the result. After an unknown result it inquires first. A call that was not recorded before a
//! crash is repeated with the same idempotency key.

use contract::PaymentId;
use sources::{Span, SpanKind, Trace, crash, with_trace};
use store::{Failure, Unavailable};

use super::reconciliation::UNSETTLED_AFTER;
use crate::domain::{Command, Payment, ProviderStatus, Purpose, Task};
use crate::driver::jobs::{Driver, JobResult};
use crate::provider::gateway::{OpenRequest, OpenResult, ProviderPayment};
use crate::{Ports, commands};

/// The loop.
#[derive(Clone)]
pub struct DrivePayments {
    ports: Ports,
    driver: Driver<PaymentId>,
}

impl DrivePayments {
    /// The loop of one service.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, driver: Driver::new() }
    }

    /// Starts due calls; returns when one payment's calls have ended or new work has arrived.
    /// Returns 1 if there was work, else 0.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unavailable.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let id = |payment: &Payment| payment.id;
        self.driver.run_once(&self.ports, &self.ports.payment_queue, id, drive).await
    }

    /// Returns when there may be work.
    pub async fn wait(&self) {
        self.driver.wait(&self.ports.clock, &self.ports.payment_queue).await;
    }
}

/// Makes a payment's calls, in the trace of its order.
async fn drive(ports: Ports, payment: Payment, attempts: u32) -> (PaymentId, JobResult) {
    let calls = |payment| Box::pin(drive_calls(ports, payment, attempts));
    match payment.purpose {
        Purpose::TopUp => calls(payment).await,
        Purpose::Order { order_id } => {
            let order = Trace::of(order_id);
            let span = Span::within(order, "payments.drive_payments", SpanKind::Internal);
            with_trace(span.place().unwrap_or(order), calls(payment)).await
        }
    }
}

/// Makes a payment's calls until none is due or one fails.
async fn drive_calls(ports: Ports, mut payment: Payment, attempts: u32) -> (PaymentId, JobResult) {
    let id = payment.id;
    // The response to an earlier call, by this process or another, may have been lost.
    let age = ports.clock.now().since(payment.started_at);
    let mut doubt = attempts > 0 || age >= UNSETTLED_AFTER;
    loop {
        let mut span = call_span(&payment);
        if matches!(payment.task(), Task::Record { .. }) {
            return (id, span.run(record(&ports, &payment)).await);
        }
        let command = match span.run(call_provider(&ports, &payment, doubt)).await {
            Ok(Some(command)) => command,
            Ok(None) => return (id, JobResult::Done),
            Err(unavailable) => {
                let error = unavailable.chain();
                span.fail(|| error.clone());
                tracing::warn!(payment = %id, error, "result of a call to the provider is unknown");
                return (id, JobResult::Retry);
            }
        };
        drop(span);
        let recording =
            ports.store.transact(move |tx| commands::payment::apply(tx, id, command.clone())).await;
        let recorded = match recording {
            Ok(recorded) => recorded,
            Err(Failure::Refused(refusal)) => {
                tracing::error!(payment = %id, %refusal, "result of a call to the provider was not recorded");
                return (id, JobResult::Retry);
            }
            Err(Failure::Busy | Failure::Unavailable(_)) => return (id, JobResult::Retry),
        };
        commands::payment::notify(&ports, &payment, &recorded);
        if recorded.state == payment.state && recorded.task() != Task::Nothing {
            return (id, JobResult::Retry);
        }
        payment = recorded;
        doubt = false;
    }
}

/// Books the provider's record of a captured payment.
async fn record(ports: &Ports, payment: &Payment) -> JobResult {
    let id = payment.id;
    let result = match commands::provider_record::synchronise(ports, payment).await {
        Ok((payment, _)) if payment.has_news => JobResult::Retry,
        Ok(_) => JobResult::Done,
        Err(Failure::Refused(_) | Failure::Busy) => JobResult::Retry,
        Err(Failure::Unavailable(unavailable)) => {
            let error = unavailable.chain();
            tracing::warn!(payment = %id, error, "the provider's record is unknown");
            JobResult::Retry
        }
    };
    ports.completions.notify(id);
    result
}

/// The span of the call that the payment's state requires.
fn call_span(payment: &Payment) -> Span {
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

/// Makes the call that the payment's state requires; with `doubt` after an inquiry whether it has
/// happened already.
async fn call_provider(
    ports: &Ports,
    payment: &Payment,
    doubt: bool,
) -> Result<Option<Command>, Unavailable> {
    let (payment_id, amount) = (payment.id, payment.amount);
    let known = |reference| ProviderPayment { payment_id, reference, amount };
    if payment.task() != Task::Nothing {
        crash::point("before_the_provider_is_asked");
    }
    let task = payment.task();
    if let Task::Confirm { reference, .. } | Task::Capture { reference } | Task::Void { reference } =
        task
        && doubt
    {
        let status = ports.gateway.inquire(known(reference)).await?;
        if is_superfluous(task, &status) {
            return Ok(Some(Command::Observe(status)));
        }
    }
    let gateway = &ports.gateway;
    let command = match task {
        Task::Nothing | Task::Record { .. } => return Ok(None),
        Task::Open => match gateway.open(OpenRequest { payment_id, amount }).await? {
            OpenResult::Opened { reference } => Command::Open { reference },
            OpenResult::Rejected { reason } => Command::Refuse { reason },
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

/// Whether the status shows that the call is not needed any more.
const fn is_superfluous(task: Task<'_>, status: &ProviderStatus) -> bool {
    match task {
        Task::Confirm { .. } => !matches!(status, ProviderStatus::Unconfirmed),
        Task::Capture { .. } => !matches!(status, ProviderStatus::Held),
        Task::Void { .. } => matches!(
            status,
            ProviderStatus::Released
                | ProviderStatus::Captured
                | ProviderStatus::CapturedPart { .. }
        ),
        Task::Open | Task::Inquire { .. } | Task::Record { .. } | Task::Nothing => false,
    }
}
