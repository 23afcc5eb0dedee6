//! Refunds at the provider: the call that each state requires. After an unknown result an inquiry
//! comes first.

use contract::{RefundId, Timestamp};
use sources::crash;
use store::{Tx, Unavailable};

use super::drive::{Called, Unsettled};
use super::work::{JobResult, WorkQueue};
use crate::domain::refund::{Command, Origin, State, Task};
use crate::domain::{ProviderRefundStatus, Refund};
use crate::provider::gateway::ProviderRefund;
use crate::refusal::Decision;
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

    fn work(ports: &Ports) -> &WorkQueue<RefundId> {
        &ports.refunds
    }

    fn has_task(&self) -> bool {
        self.task() != Task::Nothing
    }

    async fn call(&self, ports: &Ports, doubt: bool) -> Result<Called<Command>, Unavailable> {
        let gateway = &ports.gateway;
        let status = match (self.task(), ProviderRefund::of(self)) {
            (Task::Nothing, _) => return Ok(Called::Recorded(JobResult::Done)),
            (_, None) => {
                return Err(Unavailable::new(
                    "a refund with a task has no payment at the provider",
                ));
            }
            (Task::Inquire, Some(refunding)) => gateway.inquire_refund(refunding).await?,
            (Task::Refund, Some(refunding)) => {
                crash::point("before_the_provider_is_asked");
                let known = if doubt {
                    gateway.inquire_refund(refunding).await?
                } else {
                    ProviderRefundStatus::Unknown
                };
                if known == ProviderRefundStatus::Unknown {
                    gateway.refund(refunding).await?
                } else {
                    known
                }
            }
        };
        crash::point("after_the_provider_answered_before_saving");
        Ok(Called::Apply(Command::Observe(status)))
    }

    fn apply(tx: &mut Tx<'_>, id: RefundId, command: Command) -> Decision<Self> {
        commands::refund::apply(tx, id, command)
    }

    fn recorded(&self, _: &Self, ports: &Ports) {
        ports.refunds.completions.notify(self.id);
        commands::refund::count_end(self);
        if self.origin == Origin::ShowCancelled {
            ports.shows.notify_one();
        }
        if matches!(self.state, State::Failed { .. } | State::Credited { .. }) {
            ports.payments.push(self.payment_id);
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
