//! Inquires about payments that require action shortly before their orders' deadlines: the event of
//! an authorisation may be lost, and after the deadline the order expires.

use std::time::Duration;

use store::{Query, Unavailable};

use crate::domain::Payment;
use crate::{Ports, commands};

/// Payments per step; further ones follow in the next step.
const PAGE: u32 = 200;

/// Short compared with the seconds before a deadline in which payments are due.
pub(crate) const PERIOD: Duration = Duration::from_millis(500);

/// Returns the number of due payments.
pub(crate) async fn inquire_before_deadlines(ports: Ports) -> Result<usize, Unavailable> {
    let due = Query::on("near_deadline").to(ports.clock.now()).limit(PAGE);
    let due: Vec<Payment> = ports.store.query(due).await?;
    for Payment { id, .. } in &due {
        commands::pay::inquire(&ports, *id).await?;
    }
    Ok(due.len())
}
