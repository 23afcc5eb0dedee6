//! An event as Stripe writes it. Only what tells which payment or refund it is about is read: an endpoint may be set to any
//! version of the API, and these fields are the same in all.

use std::collections::HashMap;

use contract::Timestamp;
use serde::Deserialize;

use super::{PAYMENT_ID, REFUND_ID};
use crate::domain::{EventObject, Hint, ProviderEvent};

/// Characters of an event's id, of its type, or of an object's id, at the most; Stripe's have under 70.
const NAME_MAX: usize = 255;

/// The text is not an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The body is not an event: it needs id, type, and data.object with its id")]
pub struct NotAnEvent;

#[derive(Deserialize)]
struct Envelope {
    id: String,
    #[serde(rename = "type")]
    event_type: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    /// Some objects, such as a balance, have none.
    #[serde(default)]
    id: String,
    #[serde(default, rename = "object")]
    kind: String,
    #[serde(default)]
    metadata: Option<HashMap<String, String>>,
}

/// Reads an event that was received now.
///
/// # Errors
/// [`NotAnEvent`]
pub fn read_event(body: &[u8], now: Timestamp) -> Result<ProviderEvent, NotAnEvent> {
    let Envelope { id, event_type, data } = serde_json::from_slice(body).map_err(|_| NotAnEvent)?;
    let fits = |name: &str| name.len() <= NAME_MAX && name.bytes().all(|b| b.is_ascii_graphic());
    if id.is_empty() || [&id, &event_type, &data.object.id].into_iter().any(|name| !fits(name)) {
        return Err(NotAnEvent);
    }
    let object = object(data.object, &event_type);
    Ok(ProviderEvent::received(id, event_type, object, now))
}

fn object(object: Object, event_type: &str) -> EventObject {
    let metadata = object.metadata.unwrap_or_default();
    let reference = object.id;
    match object.kind.as_str() {
        "payment_intent" => {
            let payment_id = metadata.get(PAYMENT_ID).and_then(|id| id.parse().ok());
            EventObject::Payment { reference, payment_id, hint: hint(event_type) }
        }
        "refund" => {
            let refund_id = metadata.get(REFUND_ID).and_then(|id| id.parse().ok());
            EventObject::Refund { reference, refund_id }
        }
        _ => EventObject::Other,
    }
}

fn hint(event_type: &str) -> Hint {
    match event_type {
        "payment_intent.created" | "payment_intent.processing" => Hint::UnderWay,
        "payment_intent.requires_action" => Hint::Challenged,
        "payment_intent.amount_capturable_updated" => Hint::Held,
        "payment_intent.succeeded" => Hint::Captured,
        "payment_intent.payment_failed" => Hint::Declined,
        "payment_intent.canceled" => Hint::Released,
        _ => Hint::Anything,
    }
}
