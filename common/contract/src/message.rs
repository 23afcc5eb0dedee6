//! Messages: a type, and the full public state of one aggregate at one version.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::envelope::CloudEvent;
use crate::{Id, Timestamp};

/// The first token of every subject.
const SUBJECT_ROOT: &str = "market";

/// The full public state of an aggregate, the content of its messages.
pub trait State: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {
    /// The aggregate's name, the second token of its subjects: `order`.
    const AGGREGATE: &'static str;

    /// The aggregate's id.
    fn id(&self) -> Id;

    /// The aggregate's version, which orders copies: 1 when created, one more with every change.
    fn version(&self) -> u64;
}

/// Implements [`State`] for a type: the name of its aggregate, and the fields of id and version.
macro_rules! state {
    ($type:ty, $aggregate:literal, $($id:ident).+, $version:ident) => {
        impl $crate::message::State for $type {
            const AGGREGATE: &'static str = $aggregate;

            fn id(&self) -> $crate::Id {
                self.$($id).+.into()
            }

            fn version(&self) -> u64 {
                self.$version
            }
        }
    };
}

pub(crate) use state;

/// A type of message, such as `order.created`: its name, and the state it carries.
pub struct MessageType<S> {
    name: &'static str,
    data_version: u32,
    coalesces: Coalescing,
    state: PhantomData<fn() -> S>,
}

/// Whether several messages of one aggregate in one commit are reduced to the last of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coalescing {
    /// Every message is kept: each is a step that other services wait for.
    Never,
    /// Only the last state counts.
    ToLast,
}

impl<S> Clone for MessageType<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for MessageType<S> {}

impl<S: State> MessageType<S> {
    /// A message type of which every message is kept.
    #[must_use]
    pub const fn new(name: &'static str, data_version: u32) -> Self {
        Self { name, data_version, coalesces: Coalescing::Never, state: PhantomData }
    }

    /// A message type of which a commit keeps only the last message of each aggregate.
    #[must_use]
    pub const fn coalescing(name: &'static str, data_version: u32) -> Self {
        Self { name, data_version, coalesces: Coalescing::ToLast, state: PhantomData }
    }

    /// `order.created`
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version of the data's schema, from 1.
    #[must_use]
    pub const fn data_version(&self) -> u32 {
        self.data_version
    }

    /// `market.order.created`
    #[must_use]
    pub fn subject(&self) -> String {
        subject(self.name)
    }

    /// The message of this type with this state, to be published by a decision.
    #[must_use]
    pub fn of(&self, state: S) -> Outgoing {
        Outgoing {
            name: self.name,
            data_version: self.data_version,
            coalesces: self.coalesces,
            aggregate: S::AGGREGATE,
            aggregate_id: state.id(),
            version: state.version(),
            traceparent: None,
            data: Arc::new(state),
        }
    }
}

/// `market.order.created` for `order.created`.
#[must_use]
pub fn subject(type_name: &str) -> String {
    format!("{SUBJECT_ROOT}.{type_name}")
}

/// A message that a decision publishes, in the same commit.
#[derive(Clone, derive_more::Debug)]
#[debug("{name} {aggregate_id}:{version}")]
pub struct Outgoing {
    /// `order.created`
    pub name: &'static str,
    /// The version of the data's schema.
    pub data_version: u32,
    /// Whether the last one in a commit supersedes the others.
    pub coalesces: Coalescing,
    /// `order`
    pub aggregate: &'static str,
    /// The aggregate's id.
    pub aggregate_id: Id,
    /// The aggregate's version.
    pub version: u64,
    /// W3C trace context of the message's cause, where that differs from the decision's.
    traceparent: Option<String>,
    data: Arc<dyn Encode>,
}

impl Outgoing {
    /// The same message as part of this trace (W3C `traceparent`) instead of the decision's.
    #[must_use]
    pub fn in_trace(self, traceparent: String) -> Self {
        Self { traceparent: Some(traceparent), ..self }
    }
}

trait Encode: Send + Sync {
    fn encode(&self, event: Head<'_>, to: &mut Vec<u8>) -> serde_json::Result<()>;
}

/// A message, its sender, and the trace of its decision.
type Head<'e> = (&'e Outgoing, &'e Sender, Option<&'e str>);

impl<S: State> Encode for S {
    fn encode(
        &self,
        (message, sender, trace): Head<'_>,
        to: &mut Vec<u8>,
    ) -> serde_json::Result<()> {
        let (id, version) = (message.aggregate_id.to_string(), message.version);
        let event = CloudEvent {
            specversion: "1.0".into(),
            id: format!("{}:{id}:{version}", message.aggregate).into(),
            source: sender.source.as_str().into(),
            type_name: message.name.into(),
            subject: id.into(),
            time: sender.time,
            version,
            dataversion: message.data_version,
            traceparent: message.traceparent.as_deref().or(trace).map(Cow::from),
            data: self,
        };
        serde_json::to_writer(to, &event)
    }
}

/// The common fields of the messages of one envelope.
#[derive(Debug, Clone)]
pub struct Sender {
    source: String,
    time: Timestamp,
}

impl Sender {
    /// The sender of a service's messages at a time.
    #[must_use]
    pub fn new(service: &str, time: Timestamp) -> Self {
        Self { source: format!("/{service}"), time }
    }

    /// Serializes a message; `traceparent` is the decision's, for a message without its own trace.
    ///
    /// # Errors
    /// When the state has no JSON form, which is a bug in its type.
    pub fn encode_event(
        &self,
        message: &Outgoing,
        traceparent: Option<&str>,
        to: &mut Vec<u8>,
    ) -> serde_json::Result<()> {
        message.data.encode((message, self, traceparent), to)
    }
}
