//! The effect of a provider's event: an inquiry. The event's content is not trusted.

use contract::PaymentId;
use store::Tx;

use crate::commands;
use crate::domain::{
    Command, EventObject, EventResult, Payment, ProviderEvent, Refund, Task, refund,
};
use crate::refusal::Decision;

/// Processes an event; `found` is the payment with the event's reference, if the event does not
/// contain the payment's id. Returns [`EventResult::Unknown`] if the object is not known, or not yet,
/// and [`EventResult::LeftAlone`] if a call to the provider is in progress, whose result may be older
/// than the event: both are to be retried.
///
/// # Errors
/// As for the commands of payments and refunds.
pub(crate) fn process(
    tx: &mut Tx<'_>,
    event: &ProviderEvent,
    found: Option<PaymentId>,
) -> Decision<EventResult> {
    match &event.object {
        EventObject::Payment { payment_id, reported, .. } => {
            let Some(id) = payment_id.or(found) else { return Ok(EventResult::Unknown) };
            let Some(payment) = tx.get::<Payment>(id)? else { return Ok(EventResult::Unknown) };
            if !payment.is_news(*reported) {
                return Ok(EventResult::NoNews);
            }
            if payment.task() != Task::Nothing {
                return Ok(EventResult::LeftAlone);
            }
            commands::pay::apply(tx, id, Command::Inquire)?;
            Ok(EventResult::InquiryRequested)
        }
        EventObject::Refund { refund_id, .. } => {
            let Some(id) = *refund_id else { return Ok(EventResult::Unknown) };
            let Some(refund) = tx.get::<Refund>(id)? else { return Ok(EventResult::Unknown) };
            if refund.task() != refund::Task::Nothing {
                return Ok(EventResult::LeftAlone);
            }
            let inquiring = commands::refund::apply(tx, id, refund::Command::Inquire)?;
            Ok(if inquiring == refund {
                EventResult::NoNews
            } else {
                EventResult::InquiryRequested
            })
        }
        EventObject::Other => Ok(EventResult::Ignored),
    }
}
