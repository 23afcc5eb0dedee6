//! What an event of the provider's leads to: it is never believed, the provider is asked.

use contract::PaymentId;
use store::{Stop, Tx};

use crate::domain::{Command, EventObject, Payment, ProviderEvent, Refund, Refusal, Task, refund};
use crate::{refunding, settling};

/// What an event is worth at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hinted {
    /// The provider is asked where it stands.
    Asked,
    /// It says what is known, or what will be known without asking.
    NoNews,
    /// The provider is being asked something, and its answer may be older than the event: look again.
    Busy,
    /// What it happened to is not known here, at least not yet.
    Unknown,
    /// It is of no concern here.
    Ignored,
}

/// Follows an event up; `found` is the payment that has the event's reference, where the event does not say which payment it is.
///
/// # Errors
/// As [`settling::command`] and [`refunding::command`].
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
