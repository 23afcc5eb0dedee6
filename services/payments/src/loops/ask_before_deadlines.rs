//! Asks the provider about payments that require action, shortly before their orders' deadlines: the event of an authorisation may
//! be lost, and past the deadline it is too late.

use std::time::Duration;

use store::{Query, Unavailable};

use crate::domain::Payment;
use crate::{Ports, settling};

/// Payments asked about in one step; more are in the next.
const PAGE: u32 = 200;

/// Wait between two steps: short beside the seconds before a deadline in which payments are due.
const PERIOD: Duration = Duration::from_millis(500);

/// The asking of one service.
#[derive(Clone)]
pub struct AskBeforeDeadlines {
    ports: Ports,
}

impl AskBeforeDeadlines {
    /// The asking of one service.
    #[must_use]
    pub const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Has the provider asked about a page of payments that are due; returns how many.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        let due = Query::on("near_deadline").to(now).limit(PAGE);
        let due: Vec<Payment> = self.ports.store.query(due).await?;
        for Payment { id, .. } in &due {
            settling::ask(&self.ports, *id).await?;
        }
        Ok(due.len())
    }

    /// Returns when the next step is due.
    pub async fn wait(&self) {
        let clock = &self.ports.clock;
        clock.sleep_until(clock.now().plus(PERIOD)).await;
    }
}
