//! Calls the provider of refunds: makes them and records the result. After an unknown result it
//! inquires first. A call that was not recorded before a crash is repeated with the same
//! idempotency key.

use contract::RefundId;
use sources::crash;
use store::{Failure, Unavailable};

use super::reconciliation::UNSETTLED_AFTER;
use crate::domain::refund::{Command, State, Task};
use crate::domain::{ProviderRefundStatus, Refund};
use crate::driver::jobs::{Driver, JobResult};
use crate::provider::gateway::ProviderRefund;
use crate::{Ports, commands};

/// The loop.
#[derive(Clone)]
pub struct DriveRefunds {
    ports: Ports,
    driver: Driver<RefundId>,
}

impl DriveRefunds {
    /// The loop of one service.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, driver: Driver::new() }
    }

    /// Starts due calls; returns when one refund's call has ended or new work has arrived. Returns
    /// 1 if there was work, else 0.
    ///
    /// # Errors
    /// [`Unavailable`] if the store is unavailable.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let id = |refund: &Refund| refund.id;
        self.driver.run_once(&self.ports, &self.ports.refund_queue, id, drive).await
    }

    /// Returns when there may be work.
    pub async fn wait(&self) {
        self.driver.wait(&self.ports.clock, &self.ports.refund_queue).await;
    }
}

/// Makes the call that a refund's state requires, and records the result.
async fn drive(ports: Ports, refund: Refund, attempts: u32) -> (RefundId, JobResult) {
    let id = refund.id;
    // The response to an earlier call, by this process or another, may have been lost.
    let age = ports.clock.now().since(refund.requested_at);
    let doubt = attempts > 0 || age >= UNSETTLED_AFTER;
    let status = match call_provider(&ports, &refund, doubt).await {
        Ok(Some(status)) => status,
        Ok(None) => return (id, JobResult::Done),
        Err(unavailable) => {
            let error = unavailable.chain();
            tracing::warn!(refund = %id, error, "result of a call to the provider is unknown");
            return (id, JobResult::Retry);
        }
    };
    let recording = ports
        .store
        .transact(move |tx| commands::refund::apply(tx, id, Command::Observe(status.clone())))
        .await;
    match recording {
        Ok(recorded) => {
            ports.refund_completions.notify(id);
            commands::refund::count_end(&recorded);
            if matches!(recorded.state, State::Failed { .. } | State::Credited { .. }) {
                ports.payment_queue.push(recorded.payment_id);
            }
            let is_done = recorded.task() == Task::Nothing;
            (id, if is_done { JobResult::Done } else { JobResult::Retry })
        }
        Err(Failure::Refused(refusal)) => {
            tracing::error!(refund = %id, %refusal, "result of a call to the provider was not recorded");
            (id, JobResult::Retry)
        }
        Err(Failure::Busy | Failure::Unavailable(_)) => (id, JobResult::Retry),
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
