//! Payments at the provider: the call that each state requires. After an unknown result an inquiry
//! comes first.

use std::time::Duration;

use contract::{PaymentId, Timestamp};
use sources::{Span, SpanKind, Trace, crash};
use store::{Failure, Query, Tx, Unavailable};

use super::drive::{Called, Unsettled};
use super::work::{JobResult, WorkQueue};
use crate::domain::{
    Command, Dispute, Payment, ProviderStatus, Purpose, Task, Verdict, VoidReason,
};
use crate::provider::gateway::{OpenRequest, OpenResult, ProviderPayment};
use crate::refusal::Decision;
use crate::{Ports, commands};

/// Time in which a payer must complete a top-up, the usual lifetime of a checkout page.
const TOP_UP_WINDOW: Duration = Duration::from_hours(1);

/// Maximum number of open disputes to count; an alert fires at far fewer.
const DISPUTES_MAX: u32 = 500;

impl Unsettled for Payment {
    type Id = PaymentId;
    type Command = Command;

    const NAME: &'static str = "payment";

    fn id(&self) -> PaymentId {
        self.id
    }

    fn began_at(&self) -> Timestamp {
        self.started_at
    }

    fn work(ports: &Ports) -> &WorkQueue<PaymentId> {
        &ports.payments
    }

    fn has_task(&self) -> bool {
        self.task() != Task::Nothing
    }

    /// That of its order.
    fn trace(&self) -> Option<(Trace, Span)> {
        let order = Trace::of(self.order_id()?);
        Some((order, Span::within(order, "payments.drive_payments", SpanKind::Internal)))
    }

    async fn call(&self, ports: &Ports, doubt: bool) -> Result<Called<Command>, Unavailable> {
        let mut span = call_span(self);
        if self.task() == Task::Record {
            return Ok(Called::Recorded(span.run(record(ports, self)).await));
        }
        let called = span.run(call_provider(ports, self, doubt)).await;
        called.inspect_err(|unavailable| span.fail(|| unavailable.chain()))
    }

    fn apply(tx: &mut Tx<'_>, id: PaymentId, command: Command) -> Decision<Self> {
        commands::pay::apply(tx, id, command)
    }

    fn recorded(&self, before: &Self, ports: &Ports) {
        commands::pay::notify(ports, before, self);
    }

    fn reconciling(&self, now: Timestamp) -> Command {
        let is_abandoned =
            self.purpose == Purpose::TopUp && now.since(self.started_at) >= TOP_UP_WINDOW;
        if is_abandoned {
            Command::Resolve(Verdict::Void(VoidReason::Abandoned))
        } else {
            Command::Inquire
        }
    }

    async fn measure(ports: &Ports, unsettled: &[Self], now: Timestamp) -> Result<(), Unavailable> {
        metrics::gauge!("payments_unsettled")
            .set(f64::from(u32::try_from(unsettled.len()).unwrap_or(u32::MAX)));
        let open = Query::on("open").equals(true).limit(DISPUTES_MAX);
        let open: Vec<Dispute> = ports.store.query(open).await?;
        metrics::gauge!("disputes_open")
            .set(f64::from(u32::try_from(open.len()).unwrap_or(DISPUTES_MAX)));
        // A top-up may wait for its payer for an hour.
        let mut pressing = unsettled.iter().filter(|payment| payment.purpose != Purpose::TopUp);
        let oldest =
            pressing.next().map_or(0.0, |oldest| now.since(oldest.started_at).as_secs_f64());
        metrics::gauge!("payments_unsettled_age_seconds").set(oldest);
        Ok(())
    }
}

async fn record(ports: &Ports, payment: &Payment) -> JobResult {
    let id = payment.id;
    let recorded = commands::provider_record::synchronise(ports, payment).await;
    if let Err(Failure::Unavailable(unavailable)) = &recorded {
        let error = unavailable.chain();
        tracing::warn!(payment = %id, error, "the provider's record is unknown");
    }
    ports.payments.completions.notify(id);
    let is_done = recorded.is_ok_and(|(payment, _)| !payment.has_news);
    if is_done { JobResult::Done } else { JobResult::Retry }
}

fn call_span(payment: &Payment) -> Span {
    let name = match payment.task() {
        Task::Nothing => return Span::default(),
        Task::Open => "provider open",
        Task::Confirm { .. } => "provider confirm",
        Task::Capture => "provider capture",
        Task::Void => "provider void",
        Task::Inquire => "provider inquire",
        Task::Record => "provider record",
    };
    Span::here(name, SpanKind::Client)
}

async fn call_provider(
    ports: &Ports,
    payment: &Payment,
    doubt: bool,
) -> Result<Called<Command>, Unavailable> {
    let gateway = &ports.gateway;
    crash::point("before_the_provider_is_asked");
    let command = match (payment.task(), ProviderPayment::of(payment)) {
        (Task::Open, _) => {
            let (payment_id, amount) = (payment.id, payment.amount);
            match gateway.open(OpenRequest { payment_id, amount }).await? {
                OpenResult::Opened { reference } => Command::Open { reference },
                OpenResult::Rejected { reason } => Command::Refuse { reason },
            }
        }
        (Task::Nothing | Task::Record, _) => return Ok(Called::Recorded(JobResult::Done)),
        (_, None) => {
            return Err(Unavailable::new("a payment with a task has no id at the provider"));
        }
        (task, Some(known)) => {
            if doubt && task != Task::Inquire {
                let status = gateway.inquire(known).await?;
                if is_superfluous(task, &status) {
                    return Ok(Called::Apply(Command::Observe(status)));
                }
            }
            Command::Observe(match task {
                Task::Confirm { token } => gateway.confirm(known, token).await?,
                Task::Capture => gateway.capture(known).await?,
                Task::Void => gateway.void(known).await?,
                Task::Open | Task::Inquire | Task::Record | Task::Nothing => {
                    gateway.inquire(known).await?
                }
            })
        }
    };
    crash::point("after_the_provider_answered_before_saving");
    Ok(Called::Apply(command))
}

/// Whether the status shows that the call is not needed any more.
const fn is_superfluous(task: Task<'_>, status: &ProviderStatus) -> bool {
    match task {
        Task::Confirm { .. } => !matches!(status, ProviderStatus::Unconfirmed),
        Task::Capture => !matches!(status, ProviderStatus::Held),
        Task::Void => matches!(
            status,
            ProviderStatus::Released
                | ProviderStatus::Captured
                | ProviderStatus::CapturedPart { .. }
        ),
        Task::Open | Task::Inquire | Task::Record | Task::Nothing => false,
    }
}
