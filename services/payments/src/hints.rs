//! The effect of a provider's event: an inquiry. The event's content is not trusted.

use contract::PaymentId;
use store::{Stop, Tx};

use crate::domain::{Command, EventObject, Payment, ProviderEvent, Refund, Refusal, Task, refund};
use crate::{refunding, settling};

/// The effect of an event at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hinted {
    /// An inquiry is requested.
    Asked,
    /// The state is known, or will be without an inquiry.
    NoNews,
    /// A call to the provider is in progress, and its result may be older than the event: retry
    /// later.
    Busy,
    /// The object is not known, or not yet.
    Unknown,
    /// Not relevant.
    Ignored,
}

/// Processes an event; `found` is the payment with the event's reference, if the event does not
/// contain the payment's id.
///
/// # Errors
/// As for the commands of payments and refunds.
pub(crate) fn hint(
    tx: &mut Tx<'_>,
    event: &ProviderEvent,
    found: Option<PaymentId>,
) -> Result<Hinted, Stop<Refusal>> {
    match &event.object {
        EventObject::Payment { payment_id, hint, .. } => {
            let Some(id) = payment_id.or(found) else { return Ok(Hinted::Unknown) };
            let Some(payment) = tx.get::<Payment>(id)? else { return Ok(Hinted::Unknown) };
            if !payment.is_news(*hint) {
                return Ok(Hinted::NoNews);
            }
            if payment.task() != Task::Nothing {
                return Ok(Hinted::Busy);
            }
            settling::command(tx, id, Command::Ask)?;
            Ok(Hinted::Asked)
        }
        EventObject::Refund { refund_id, .. } => {
            let Some(id) = *refund_id else { return Ok(Hinted::Unknown) };
            let Some(refund) = tx.get::<Refund>(id)? else { return Ok(Hinted::Unknown) };
            if refund.task() != refund::Task::Nothing {
                return Ok(Hinted::Busy);
            }
            let asking = refunding::command(tx, id, refund::Command::Ask)?;
            Ok(if asking == refund { Hinted::NoNews } else { Hinted::Asked })
        }
        EventObject::Other => Ok(Hinted::Ignored),
    }
}
