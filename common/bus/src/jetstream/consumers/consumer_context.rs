//! The state shared by all consumers of a bus.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use async_nats::jetstream::stream::Stream;
use sources::Clock;

use super::super::connection::Connection;
use super::super::names::{Names, durable};
use super::super::published::LastPublished;
use crate::log::OUTSTANDING_MAX;
use crate::message::ConsumerSpec;

/// The state shared by all consumers of a bus.
pub(crate) struct ConsumerContext {
    pub(crate) connection: Connection,
    pub(crate) names: Names,
    pub(crate) market: Stream<()>,
    pub(crate) published: Arc<LastPublished>,
    pub(crate) clock: Clock,
    pub(crate) ack_wait: Duration,
}

impl ConsumerContext {
    /// The configuration of a consumer.
    pub(crate) fn config(&self, spec: &ConsumerSpec) -> Config {
        let mut filters = self.names.filters(spec);
        // A single filter has a field of its own, and with it a token in the subject of the
        // request.
        let filter_subject = if filters.len() == 1 { filters.pop() } else { None };
        Config {
            durable_name: Some(durable(&spec.name)),
            filter_subject: filter_subject.unwrap_or_default(),
            filter_subjects: filters,
            description: Some(spec.name.clone()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            // Listeners store messages that can never be handled as dead letters, with the reason.
            max_deliver: -1,
            max_ack_pending: i64::try_from(OUTSTANDING_MAX).unwrap_or(i64::MAX),
            deliver_policy: DeliverPolicy::All,
            ..Config::default()
        }
    }
}
