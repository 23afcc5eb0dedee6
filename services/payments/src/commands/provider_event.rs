//! The effect of a provider's event: an inquiry. The event's content is not trusted.

use contract::PaymentId;
use store::{Stop, Tx};

use crate::commands;
use crate::domain::{Command, EventObject, Payment, ProviderEvent, Refund, Refusal, Task, refund};

/// The effect of an event at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EventEffect {
    /// An inquiry is requested.
    InquiryRequested,
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
pub(crate) fn process(
    tx: &mut Tx<'_>,
    event: &ProviderEvent,
    found: Option<PaymentId>,
) -> Result<EventEffect, Stop<Refusal>> {
    match &event.object {
        EventObject::Payment { payment_id, reported, .. } => {
            let Some(id) = payment_id.or(found) else { return Ok(EventEffect::Unknown) };
            let Some(payment) = tx.get::<Payment>(id)? else { return Ok(EventEffect::Unknown) };
            if !payment.is_news(*reported) {
                return Ok(EventEffect::NoNews);
            }
            if payment.task() != Task::Nothing {
                return Ok(EventEffect::Busy);
            }
            commands::payment::apply(tx, id, Command::Inquire)?;
            Ok(EventEffect::InquiryRequested)
        }
        EventObject::Refund { refund_id, .. } => {
            let Some(id) = *refund_id else { return Ok(EventEffect::Unknown) };
            let Some(refund) = tx.get::<Refund>(id)? else { return Ok(EventEffect::Unknown) };
            if refund.task() != refund::Task::Nothing {
                return Ok(EventEffect::Busy);
            }
            let inquiring = commands::refund::apply(tx, id, refund::Command::Inquire)?;
            Ok(if inquiring == refund {
                EventEffect::NoNews
            } else {
                EventEffect::InquiryRequested
            })
        }
        EventObject::Other => Ok(EventEffect::Ignored),
    }
}
