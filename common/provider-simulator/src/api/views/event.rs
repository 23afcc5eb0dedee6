//! An event as JSON.

use serde_json::{Value, json};

use super::seconds;
use crate::events::event::{Cause, EventType};

/// The API version of these objects; the one that async-stripe 1.0.0-rc.10 is generated for.
const API_VERSION: &str = "2026-09-30.endive";

/// An event with its object at that time.
pub(crate) fn event(id: &str, event_type: EventType, object: &Value, cause: &Cause) -> Value {
    let (request, key) = match &cause.request {
        Some(request) => (Some(&request.id), request.idempotency_key.as_ref()),
        None => (None, None),
    };
    json!({
        "id": id,
        "object": "event",
        "api_version": API_VERSION,
        "created": seconds(cause.at),
        "data": { "object": object },
        "livemode": false,
        "pending_webhooks": 1,
        "request": { "id": request, "idempotency_key": key },
        "type": event_type,
    })
}
