//! Parses Stripe's events. Only the fields that identify the payment or refund are read: an
//! endpoint may use any version of the API, and these fields are the same in all.

use contract::Timestamp;
use serde_json::Value;

use super::{PAYMENT_ID, REFUND_ID};
use crate::domain::{EventObject, ProviderEvent, ReportedStatus};

/// Maximum length of an event's id, its type, or an object's id; Stripe's have under 70 characters.
const NAME_MAX: usize = 255;

/// The text is not an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The body is not an event: it needs an id and a type")]
pub struct NotAnEvent;

/// Parses an event that was received now. Events about other objects may have any content.
///
/// # Errors
/// [`NotAnEvent`] if the id or the type is missing.
pub fn read_event(body: &[u8], now: Timestamp) -> Result<ProviderEvent, NotAnEvent> {
    let event: Value = serde_json::from_slice(body).map_err(|_| NotAnEvent)?;
    let id = name(&event, "/id").ok_or(NotAnEvent)?;
    let event_type = name(&event, "/type").ok_or(NotAnEvent)?;
    let object = object(&event, &event_type);
    Ok(ProviderEvent::received(id, event_type, object, now))
}

/// A text at a path of the JSON document.
fn name(json: &Value, place: &str) -> Option<String> {
    let name = json.pointer(place)?.as_str()?;
    let fits = (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| name.to_owned())
}

fn object(event: &Value, event_type: &str) -> EventObject {
    let Some(reference) = name(event, "/data/object/id") else { return EventObject::Other };
    // The payment intent of a charge, refund or dispute.
    let of_payment = |reported| match name(event, "/data/object/payment_intent") {
        Some(reference) => EventObject::Payment { reference, payment_id: None, reported },
        None => EventObject::Other,
    };
    let own_name = |field| name(event, &format!("/data/object/metadata/{field}"));
    match name(event, "/data/object/object").as_deref() {
        Some("payment_intent") => {
            let payment_id = own_name(PAYMENT_ID).and_then(|id| id.parse().ok());
            EventObject::Payment { reference, payment_id, reported: reported_status(event_type) }
        }
        Some("refund") => match own_name(REFUND_ID).and_then(|id| id.parse().ok()) {
            None => of_payment(ReportedStatus::Moved),
            refund_id => EventObject::Refund { reference, refund_id },
        },
        Some("dispute") => of_payment(ReportedStatus::Moved),
        // Other events of charges repeat those of their payment intents.
        Some("charge") if event_type == "charge.refunded" => of_payment(ReportedStatus::Moved),
        Some(_) | None => EventObject::Other,
    }
}

fn reported_status(event_type: &str) -> ReportedStatus {
    match event_type {
        "payment_intent.created" | "payment_intent.processing" => ReportedStatus::UnderWay,
        "payment_intent.requires_action" => ReportedStatus::Challenged,
        "payment_intent.amount_capturable_updated" => ReportedStatus::Held,
        "payment_intent.succeeded" => ReportedStatus::Captured,
        "payment_intent.payment_failed" => ReportedStatus::Declined,
        "payment_intent.canceled" => ReportedStatus::Released,
        _ => ReportedStatus::Anything,
    }
}
