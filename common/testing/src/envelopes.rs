//! Messages as services publish them.

use bytes::Bytes;
use contract::message::Sender;
use contract::{Outgoing, Timestamp};
use sources::Trace;

/// The body of an envelope with these messages, published by the named service.
pub fn envelope_of(
    service: &str,
    time: Timestamp,
    messages: &[Outgoing],
    trace: Option<&Trace>,
) -> Bytes {
    let sender = Sender::new(service, time);
    let seal = |message: &Outgoing| {
        let mut event = Vec::new();
        sender.encode_event(message, trace.map(Trace::traceparent).as_deref(), &mut event).unwrap();
        event
    };
    let events: Vec<Vec<u8>> = messages.iter().map(seal).collect();
    [b"[", events.join(&b',').as_slice(), b"]"].concat().into()
}
