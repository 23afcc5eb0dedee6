//! What may go from the market's stream: what every consumer has settled, once its duplicate window has passed.

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

/// Marks are a second apart, so that the window holds few of them.
const MARK_MS: i64 = 1_000;

/// How far the stream was at which time, as this process has seen it.
#[derive(Default)]
pub(super) struct Marks {
    seen: Mutex<BTreeMap<Timestamp, u64>>,
}

impl Marks {
    /// The stream holds everything up to `last` now.
    pub(super) fn note(&self, now: Timestamp, last: u64, window: Duration) {
        let whole = now.unix_ms().saturating_add(MARK_MS - 1).div_euclid(MARK_MS);
        let at = Timestamp::from_unix_ms(whole.saturating_mul(MARK_MS));
        let mut seen = self.seen.lock();
        let mark = seen.entry(at).or_default();
        *mark = last.max(*mark);
        // The youngest of those whose window has passed says all that the older ones do.
        let passed = seen.range(..=now.minus(window)).next_back().map(|(at, _)| *at);
        if let Some(passed) = passed {
            *seen = seen.split_off(&passed);
        }
    }

    /// What was in the stream a window ago.
    pub(super) fn passed(&self, now: Timestamp, window: Duration) -> u64 {
        self.seen.lock().range(..=now.minus(window)).next_back().map_or(0, |(_, last)| *last)
    }
}

/// Removes a step of what may go; answers how many messages.
pub(super) async fn trim(
    connection: &Connection,
    stream: &Stream<()>,
    marks: &Marks,
    now: Timestamp,
    window: Duration,
) -> Result<usize, Unavailable> {
    // Before the consumers, so that what they have nothing pending of includes it.
    let state = connection.ask("cannot look at the stream", stream.get_info()).await?.state;
    marks.note(now, state.last_sequence, window);
    let consumers: Vec<Info> =
        connection.ask("cannot list consumers", stream.consumers().try_collect()).await?;
    let floor = consumers.iter().map(|consumer| floor(consumer, state.last_sequence)).min();
    let step = u64::try_from(TRIM_MAX).unwrap_or(u64::MAX);
    let step = state.first_sequence.saturating_add(step).saturating_sub(1);
    let upto = floor.unwrap_or(0).min(marks.passed(now, window)).min(step);
    if upto < state.first_sequence {
        return Ok(0);
    }
    let purging = async { stream.purge().sequence(upto + 1).await };
    let purged = connection.ask("cannot trim the stream", purging).await?.purged;
    Ok(usize::try_from(purged).unwrap_or(usize::MAX))
}

/// Everything up to here is settled by this consumer, or is not for it.
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
    fn what_was_seen_passes_a_window_later_and_not_before() {
        let marks = Marks::default();
        assert_eq!(marks.passed(at(1_000_000), WINDOW), 0);
        marks.note(at(1_000), 5, WINDOW);
        marks.note(at(1_001), 7, WINDOW);
        assert_eq!(marks.passed(at(10_999), WINDOW), 0);
        assert_eq!(marks.passed(at(11_000), WINDOW), 5);
        assert_eq!(marks.passed(at(11_999), WINDOW), 5);
        assert_eq!(marks.passed(at(12_000), WINDOW), 7);
    }

    #[test]
    fn marks_are_bounded_however_often_the_stream_is_seen() {
        let marks = Marks::default();
        for (ms, last) in (0..100_000).step_by(10).zip(0..) {
            marks.note(at(ms), last, WINDOW);
        }
        assert!(marks.seen.lock().len() < 15);
        assert!(marks.passed(at(99_990), WINDOW) > 8_000);
    }
}
