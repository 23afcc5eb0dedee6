//! The state shared by all consumers of a bus, with the last sequence that this process published on
//! each subject, so that its own consumers wait for it.

use std::collections::HashMap;
use std::time::Duration;

use async_nats::jetstream::consumer::pull::Config;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, PullConsumer};
use async_nats::jetstream::stream::Stream;
use parking_lot::Mutex;
use sources::Clock;
use store::Unavailable;

use super::connection::Connection;
use super::names::{Names, durable};
use crate::log::OUTSTANDING_MAX;
use crate::message::ConsumerSpec;

/// The state shared by all consumers of a bus.
pub(crate) struct ConsumerContext {
    pub(crate) connection: Connection,
    pub(crate) names: Names,
    pub(crate) market: Stream<()>,
    pub(crate) published: LastPublished,
    pub(crate) clock: Clock,
    pub(crate) ack_wait: Duration,
}

impl ConsumerContext {
    /// Creates a consumer that the server does not have. Returns it, and the last sequence published
    /// by this process if the server has delivered everything.
    pub(crate) async fn create(
        &self,
        spec: &ConsumerSpec,
    ) -> Result<(PullConsumer, u64), Unavailable> {
        let published = self.published.last_of(&spec.subjects);
        let operation = format!("cannot open the consumer {}", spec.name);
        let creating = self.market.create_consumer(self.config(spec));
        let consumer = self.connection.request(operation, creating).await?;
        let seen = if consumer.cached_info().num_pending == 0 { published } else { 0 };
        Ok((consumer, seen))
    }

    fn config(&self, spec: &ConsumerSpec) -> Config {
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

/// The sequence of the last message of each subject that this process published.
#[derive(Default)]
pub(super) struct LastPublished {
    last: Mutex<HashMap<String, u64>>,
}

impl LastPublished {
    /// Records the sequence of a message of this subject.
    pub(super) fn record(&self, subject: &str, sequence: u64) {
        let mut last = self.last.lock();
        match last.get_mut(subject) {
            Some(known) => *known = sequence.max(*known),
            None => {
                last.insert(subject.to_owned(), sequence);
            }
        }
    }

    /// The last sequence on these subjects; 0 when this process published on none of them.
    pub(super) fn last_of(&self, subjects: &[String]) -> u64 {
        let last = self.last.lock();
        subjects.iter().filter_map(|subject| last.get(subject)).max().copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_sequence_of_all_subjects_counts() {
        let published = LastPublished::default();
        let of = |subjects: &[&str]| {
            let subjects: Vec<String> = subjects.iter().map(|&one| one.to_owned()).collect();
            published.last_of(&subjects)
        };
        assert_eq!(of(&["a"]), 0);
        published.record("a", 7);
        published.record("b", 9);
        published.record("a", 3);
        assert_eq!((of(&["a"]), of(&["a", "b"]), of(&["c"])), (7, 9, 0));
    }
}
