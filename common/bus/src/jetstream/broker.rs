//! What all consumers of a bus have in common.

use std::sync::Arc;
use std::time::Duration;

use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy};
use async_nats::jetstream::stream::Stream;
use sources::Clock;

use super::connection::Connection;
use super::names::{Names, durable};
use super::published::Published;
use crate::log::OUTSTANDING_MAX;
use crate::message::ConsumerSpec;

/// What all consumers of a bus have in common.
pub(super) struct Broker {
    pub(super) connection: Connection,
    pub(super) names: Names,
    pub(super) market: Stream<()>,
    pub(super) published: Arc<Published>,
    pub(super) clock: Clock,
    pub(super) ack_wait: Duration,
}

impl Broker {
    /// How a consumer is made.
    pub(super) fn config(&self, spec: &ConsumerSpec) -> Config {
        let mut filters = self.names.filters(spec);
        // A single one has a field of its own, and with it a place in the subject of the request.
        let filter_subject = if filters.len() == 1 { filters.pop() } else { None };
        Config {
            durable_name: Some(durable(&spec.name)),
            filter_subject: filter_subject.unwrap_or_default(),
            filter_subjects: filters,
            description: Some(spec.name.clone()),
            ack_policy: AckPolicy::Explicit,
            ack_wait: self.ack_wait,
            // What can never be handled is given up by listeners, with the reason.
            max_deliver: -1,
            max_ack_pending: i64::try_from(OUTSTANDING_MAX).unwrap_or(i64::MAX),
            deliver_policy: DeliverPolicy::All,
            ..Config::default()
        }
    }
}
