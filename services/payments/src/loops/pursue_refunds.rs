//! Talks to the provider of refunds: has them made and records the answer. Where an answer is unknown, it first
//! asks whether the refund was made. What was not recorded when the process died is asked again under the same key.

use contract::RefundId;
use sources::crash;
use store::{Failure, Unavailable};

use super::pursuits::{Pursuit, Turn};
use super::unsettled::UNSETTLED_AFTER;
use crate::domain::refund::{Command, State, Task};
use crate::domain::{Refund, RefundStanding};
use crate::gateway::Refunding;
use crate::{Ports, refunding};

/// The pursuit of every refund that has something to ask of the provider.
#[derive(Clone)]
pub struct PursueRefunds {
    ports: Ports,
    pursuit: Pursuit<RefundId>,
}

impl PursueRefunds {
    /// The pursuit of one service.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self { ports, pursuit: Pursuit::new() }
    }

    /// Takes up what is to be done, and returns when one refund has had its turn or news came; answers how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let id = |refund: &Refund| refund.id;
        self.pursuit.run_once(&self.ports, &self.ports.refund_work, id, pursue).await
    }

    /// Returns when there may be something to do.
    pub async fn wait(&self) {
        self.pursuit.wait(&self.ports.clock, &self.ports.refund_work).await;
    }
}

/// Gives a refund its turn: what it asks is asked and recorded.
async fn pursue(ports: Ports, refund: Refund, attempts: u32) -> (RefundId, Turn) {
    let id = refund.id;
    // The answer to an earlier attempt, of this process or another, may have been lost.
    let age = ports.clock.now().since(refund.requested_at);
    let doubt = attempts > 0 || age >= UNSETTLED_AFTER;
    let standing = match ask(&ports, &refund, doubt).await {
        Ok(Some(standing)) => standing,
        Ok(None) => return (id, Turn::Recorded),
        Err(unavailable) => {
            let error = unavailable.chain();
            tracing::warn!(refund = %id, error, "the provider's answer is unknown");
            return (id, Turn::Again);
        }
    };
    let recording = ports
        .store
        .transact(move |tx| refunding::command(tx, id, Command::Observe(standing.clone())))
        .await;
    match recording {
        Ok(recorded) => {
            ports.refund_endings.announce(id);
            refunding::count_end(&recorded);
            if matches!(recorded.state, State::Failed { .. } | State::Credited { .. }) {
                ports.work.tell(recorded.payment_id);
            }
            let is_done = recorded.task() == Task::Nothing;
            (id, if is_done { Turn::Recorded } else { Turn::Again })
        }
        Err(Failure::Refused(refusal)) => {
            tracing::error!(refund = %id, %refusal, "the provider's answer was not recorded");
            (id, Turn::Again)
        }
        Err(Failure::Busy | Failure::Unavailable(_)) => (id, Turn::Again),
    }
}

/// Asks the provider what the refund's state asks for; where there is `doubt`, first whether it was made before.
async fn ask(
    ports: &Ports,
    refund: &Refund,
    doubt: bool,
) -> Result<Option<RefundStanding>, Unavailable> {
    let refunding = |payment_reference, reference| Refunding {
        refund_id: refund.id,
        reference,
        payment_id: refund.payment_id,
        payment_reference,
        amount: refund.amount,
    };
    let standing = match refund.task() {
        Task::Nothing => return Ok(None),
        Task::Inquire { payment_reference, reference } => {
            ports.gateway.inquire_refund(refunding(payment_reference, Some(reference))).await?
        }
        Task::Refund { payment_reference } => {
            crash::point("before_the_provider_is_asked");
            let refunding = refunding(payment_reference, None);
            let known = if doubt {
                ports.gateway.inquire_refund(refunding).await?
            } else {
                RefundStanding::Unknown
            };
            match known {
                RefundStanding::Unknown => ports.gateway.refund(refunding).await?,
                RefundStanding::Pending { .. }
                | RefundStanding::Succeeded { .. }
                | RefundStanding::Failed { .. } => known,
            }
        }
    };
    crash::point("after_the_provider_answered_before_saving");
    Ok(Some(standing))
}
