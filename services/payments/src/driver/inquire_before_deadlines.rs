//! Inquires about payments that require action shortly before their orders' deadlines: the event of
//! an authorisation may be lost, and after the deadline the order expires.

use std::time::Duration;

use store::{Query, Unavailable};

use crate::domain::Payment;
use crate::{Ports, commands};

/// Payments per step; further ones follow in the next step.
const PAGE: u32 = 200;

/// Delay between steps: short compared with the seconds before a deadline in which payments are
/// due.
const PERIOD: Duration = Duration::from_millis(500);

/// The loop.
#[derive(Clone)]
pub(crate) struct InquireBeforeDeadlines {
    ports: Ports,
}

impl InquireBeforeDeadlines {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Requests inquiries about a page of due payments; returns their number.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let now = self.ports.clock.now();
        let due = Query::on("near_deadline").to(now).limit(PAGE);
        let due: Vec<Payment> = self.ports.store.query(due).await?;
        for Payment { id, .. } in &due {
            commands::pay::inquire(&self.ports, *id).await?;
        }
        Ok(due.len())
    }

    /// Returns when the next step is due.
    pub(crate) async fn wait(&self) {
        let clock = &self.ports.clock;
        clock.sleep_until(clock.now().plus(PERIOD)).await;
    }
}
