//! One bus on its servers, shared by the engine and its open consumers: the connection, the
//! streams, and the sequences that this process has seen.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::stream::Stream;
use contract::Timestamp;
use futures::TryStreamExt as _;
use parking_lot::Mutex;
use sources::Clock;
use store::Unavailable;

use super::connection::Connection;
use super::names::Names;
use super::settings::JetStreamSettings;
use super::{durability, streams};
use crate::log::TRIM_MAX;

pub(super) struct Server {
    pub(super) settings: JetStreamSettings,
    pub(super) clock: Clock,
    pub(super) connection: Connection,
    pub(super) names: Names,
    pub(super) market: Stream<()>,
    /// One message for each dead letter, whose subject is its key: each is stored once.
    pub(super) dead: Stream<()>,
    pub(super) advisories: Stream<()>,
    /// Whether the server supports atomic batches (from 2.12).
    pub(super) takes_batches: bool,
    pub(super) published: LastPublished,
    pub(super) marks: Watermarks,
}

impl Server {
    /// Connects, and creates the streams that the servers do not have.
    pub(super) async fn open(
        settings: JetStreamSettings,
        clock: Clock,
    ) -> Result<Self, Unavailable> {
        let connection = Connection::open(&settings).await?;
        durability::check(&settings).await?;
        let names = Names::new(settings.prefix.clone());
        let info = streams::open(&connection, &settings, &names).await?;
        let stream = async |name: String| {
            let opening = connection.jetstream.get_stream_no_info(name);
            connection.request("cannot open a stream", opening).await
        };
        let (market, dead) = (stream(names.market()).await?, stream(names.dead()).await?);
        let advisories = stream(names.advisories()).await?;
        Ok(Self {
            settings,
            clock,
            connection,
            names,
            market,
            dead,
            advisories,
            takes_batches: info.config.allow_atomic_publish,
            published: LastPublished::default(),
            marks: Watermarks::default(),
        })
    }

    /// Removes one step of settled messages; returns their number.
    pub(super) async fn trim(&self, now: Timestamp) -> Result<usize, Unavailable> {
        let Self { connection, market, marks, .. } = self;
        let window = self.settings.duplicate_window;
        // Before the consumers, so that their pending counts include all messages up to this one.
        let state =
            connection.request("cannot read the stream's state", market.get_info()).await?.state;
        marks.record(now, state.last_sequence, window);
        let consumers: Vec<Info> =
            connection.request("cannot list consumers", market.consumers().try_collect()).await?;
        let floor = consumers.iter().map(|consumer| floor(consumer, state.last_sequence)).min();
        let step = u64::try_from(TRIM_MAX).unwrap_or(u64::MAX);
        let step = state.first_sequence.saturating_add(step).saturating_sub(1);
        let upto = floor.unwrap_or(0).min(marks.passed(now, window)).min(step);
        if upto < state.first_sequence {
            return Ok(0);
        }
        let purging = async { market.purge().sequence(upto + 1).await };
        let purged = connection.request("cannot trim the stream", purging).await?.purged;
        Ok(usize::try_from(purged).unwrap_or(usize::MAX))
    }
}

/// Every message up to this sequence is settled by this consumer, or does not match its filter.
fn floor(consumer: &Info, last: u64) -> u64 {
    if consumer.num_pending == 0 && consumer.num_ack_pending == 0 {
        last
    } else {
        consumer.ack_floor.stream_sequence
    }
}

/// The last sequence of each subject that this process published, for its own consumers.
#[derive(Default)]
pub(super) struct LastPublished {
    last: Mutex<HashMap<String, u64>>,
}

impl LastPublished {
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

/// Watermarks are a second apart, so that the window contains few of them.
const MARK_MS: i64 = 1_000;

/// The last sequence of the market's stream by time, as this process has observed it.
#[derive(Default)]
pub(super) struct Watermarks {
    seen: Mutex<BTreeMap<Timestamp, u64>>,
}

impl Watermarks {
    pub(super) fn record(&self, now: Timestamp, last: u64, window: Duration) {
        let whole = now.unix_ms().saturating_add(MARK_MS - 1).div_euclid(MARK_MS);
        let at = Timestamp::from_unix_ms(whole.saturating_mul(MARK_MS));
        let mut seen = self.seen.lock();
        let mark = seen.entry(at).or_default();
        *mark = last.max(*mark);
        // The latest watermark whose window has passed supersedes the older ones.
        let passed = seen.range(..=now.minus(window)).next_back().map(|(at, _)| *at);
        if let Some(passed) = passed {
            *seen = seen.split_off(&passed);
        }
    }

    /// The last sequence of the stream one window ago.
    pub(super) fn passed(&self, now: Timestamp, window: Duration) -> u64 {
        self.seen.lock().range(..=now.minus(window)).next_back().map_or(0, |(_, last)| *last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(10);

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

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_unix_ms(ms)
    }

    #[test]
    fn a_watermark_passes_exactly_one_window_later() {
        let marks = Watermarks::default();
        assert_eq!(marks.passed(at(1_000_000), WINDOW), 0);
        marks.record(at(1_000), 5, WINDOW);
        marks.record(at(1_001), 7, WINDOW);
        assert_eq!(marks.passed(at(10_999), WINDOW), 0);
        assert_eq!(marks.passed(at(11_000), WINDOW), 5);
        assert_eq!(marks.passed(at(11_999), WINDOW), 5);
        assert_eq!(marks.passed(at(12_000), WINDOW), 7);
    }

    #[test]
    fn the_number_of_watermarks_is_bounded() {
        let marks = Watermarks::default();
        for (ms, last) in (0..100_000).step_by(10).zip(0..) {
            marks.record(at(ms), last, WINDOW);
        }
        assert!(marks.seen.lock().len() < 15);
        assert!(marks.passed(at(99_990), WINDOW) > 8_000);
    }
}
