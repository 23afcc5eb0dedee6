//! Removal from the market's stream: messages that every consumer has settled and whose duplicate
//! window has passed.

use std::collections::BTreeMap;
use std::time::Duration;

use async_nats::jetstream::consumer::Info;
use async_nats::jetstream::stream::Stream;
use contract::Timestamp;
use futures::TryStreamExt as _;
use parking_lot::Mutex;
use store::Unavailable;

use super::connection::Connection;
use crate::log::TRIM_MAX;

/// Watermarks are a second apart, so that the window contains few of them.
const MARK_MS: i64 = 1_000;

/// The last sequence of the stream by time, as this process has observed it.
#[derive(Default)]
pub(super) struct Watermarks {
    seen: Mutex<BTreeMap<Timestamp, u64>>,
}

impl Watermarks {
    /// Records the last sequence of the stream.
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

/// Removes one step of settled messages; returns their number.
pub(super) async fn trim(
    connection: &Connection,
    stream: &Stream<()>,
    marks: &Watermarks,
    now: Timestamp,
    window: Duration,
) -> Result<usize, Unavailable> {
    // Before the consumers, so that their pending counts include every message up to this sequence.
    let state =
        connection.request("cannot read the stream's state", stream.get_info()).await?.state;
    marks.record(now, state.last_sequence, window);
    let consumers: Vec<Info> =
        connection.request("cannot list consumers", stream.consumers().try_collect()).await?;
    let floor = consumers.iter().map(|consumer| floor(consumer, state.last_sequence)).min();
    let step = u64::try_from(TRIM_MAX).unwrap_or(u64::MAX);
    let step = state.first_sequence.saturating_add(step).saturating_sub(1);
    let upto = floor.unwrap_or(0).min(marks.passed(now, window)).min(step);
    if upto < state.first_sequence {
        return Ok(0);
    }
    let purging = async { stream.purge().sequence(upto + 1).await };
    let purged = connection.request("cannot trim the stream", purging).await?.purged;
    Ok(usize::try_from(purged).unwrap_or(usize::MAX))
}

/// Every message up to this sequence is settled by this consumer, or does not match its filter.
fn floor(consumer: &Info, last: u64) -> u64 {
    if consumer.num_pending == 0 && consumer.num_ack_pending == 0 {
        last
    } else {
        consumer.ack_floor.stream_sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Duration = Duration::from_secs(10);

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
