//! Refunds at the provider: the call that each state requires, and the effects of its result. After
//! an unknown result an inquiry comes first.

use contract::{RefundId, Timestamp};
use sources::crash;
use store::{Stop, Tx, Unavailable};

use super::unsettled::{Called, JobResult, Unsettled};
use super::work::Work;
use crate::domain::refund::{Command, State, Task};
use crate::domain::{ProviderRefundStatus, Refund, Refusal};
use crate::provider::gateway::ProviderRefund;
use crate::{Ports, commands};

impl Unsettled for Refund {
    type Id = RefundId;
    type Command = Command;

    const NAME: &'static str = "refund";

    fn id(&self) -> RefundId {
        self.id
    }

    fn began_at(&self) -> Timestamp {
        self.requested_at
    }

    fn work(ports: &Ports) -> &Work<RefundId> {
        &ports.refunds
    }

    fn has_task(&self) -> bool {
        self.task() != Task::Nothing
    }

    async fn call(&self, ports: &Ports, doubt: bool) -> Result<Called<Command>, Unavailable> {
        let status = call_provider(ports, self, doubt).await?;
        Ok(match status {
            Some(status) => Called::Apply(Command::Observe(status)),
            None => Called::Recorded(JobResult::Done),
        })
    }

    fn apply(tx: &mut Tx<'_>, id: RefundId, command: Command) -> Result<Self, Stop<Refusal>> {
        commands::refund::apply(tx, id, command)
    }

    fn recorded(&self, _: &Self, ports: &Ports) {
        ports.refunds.completions.notify(self.id);
        commands::refund::count_end(self);
        if matches!(self.state, State::Failed { .. } | State::Credited { .. }) {
            ports.payments.queue.push(self.payment_id);
        }
    }

    fn reconciling(&self, _: Timestamp) -> Command {
        Command::Inquire
    }

    async fn measure(_: &Ports, unsettled: &[Self], _: Timestamp) -> Result<(), Unavailable> {
        metrics::gauge!("refunds_unsettled")
            .set(f64::from(u32::try_from(unsettled.len()).unwrap_or(u32::MAX)));
        Ok(())
    }
}

/// Makes the call that the refund's state requires; with `doubt` after an inquiry whether it was
/// made already.
async fn call_provider(
    ports: &Ports,
    refund: &Refund,
    doubt: bool,
) -> Result<Option<ProviderRefundStatus>, Unavailable> {
    let provider_refund = |payment_reference, reference| ProviderRefund {
        refund_id: refund.id,
        reference,
        payment_id: refund.payment_id,
        payment_reference,
        amount: refund.amount,
    };
    let status = match refund.task() {
        Task::Nothing => return Ok(None),
        Task::Inquire { payment_reference, reference } => {
            ports
                .gateway
                .inquire_refund(provider_refund(payment_reference, Some(reference)))
                .await?
        }
        Task::Refund { payment_reference } => {
            crash::point("before_the_provider_is_asked");
            let provider_refund = provider_refund(payment_reference, None);
            let known = if doubt {
                ports.gateway.inquire_refund(provider_refund).await?
            } else {
                ProviderRefundStatus::Unknown
            };
            match known {
                ProviderRefundStatus::Unknown => ports.gateway.refund(provider_refund).await?,
                ProviderRefundStatus::Pending { .. }
                | ProviderRefundStatus::Succeeded { .. }
                | ProviderRefundStatus::Failed { .. } => known,
            }
        }
    };
    crash::point("after_the_provider_answered_before_saving");
    Ok(Some(status))
}
