//! Sends owed letters: reserves a page of due ones, attempts them over a few connections, and
//! records the outcomes.
//!
//! A crash between the last two steps repeats the attempts when the reservation expires, with the
//! same Message-ID. While the server is unreachable the whole loop pauses, so that an outage does
//! not use up the attempts of each letter.

use std::sync::Arc;
use std::time::Duration;

use contract::{Backoff, Timestamp};
use futures::{StreamExt as _, stream};
use parking_lot::Mutex;
use store::Unavailable;

use crate::Ports;
use crate::loops::due_letters::due_letters;
use crate::rendering::{self, Facts};
use crate::sending::{self, Attempt, Outcome, ServerState};
use crate::transport::{CONNECTIONS_MAX, OutgoingMail};

/// Letters per step: few enough that all attempts end within their reservation.
const PAGE: u32 = 100;

/// Time after which a step begins no further attempt. With the longest attempt it is below the
/// reservation of a letter.
const BEGIN_MAX: Duration = Duration::from_mins(1);

/// Attempts in a row for which the server is unreachable, after which a step begins no further one.
/// Refusals of recipients do not count: any number of mailboxes may be away.
const FAILURES_MAX: usize = 8;

/// Pauses while the server is unreachable.
const OUTAGE: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_mins(2));

/// Longest wait between two steps, after which letters of other replicas are found.
const WAIT_MAX: Duration = Duration::from_secs(1);

/// Loop over due letters.
#[derive(Clone)]
pub(crate) struct SendLetters {
    ports: Ports,
    pace: Arc<Mutex<Pace>>,
}

/// The time before which no step begins, and the steps in a row that found the server unreachable.
#[derive(Debug, Clone, Copy)]
struct Pace {
    next_at: Timestamp,
    failures: u32,
}

impl SendLetters {
    pub(crate) fn new(ports: Ports) -> Self {
        let next_at = Timestamp::from_unix_ms(0);
        Self { ports, pace: Arc::new(Mutex::new(Pace { next_at, failures: 0 })) }
    }

    /// Sends a page of due letters. Returns the number of letters.
    pub(crate) async fn run_once(&self) -> Result<usize, Unavailable> {
        let Self { ports, pace } = self;
        let began_at = ports.clock.now();
        if began_at < pace.lock().next_at {
            return Ok(0);
        }
        let ids = due_letters(&ports.store, PAGE, began_at).await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let (count, token) = (ids.len(), ports.ids.random_bytes());
        let claiming = ports.store.transact(move |tx| sending::claim(tx, &ids, &token));
        let cannot = |failure| Unavailable::caused_by("cannot reserve letters", failure);
        let claimed = claiming.await.map_err(cannot)?;
        sending::count_unsent(&claimed.unsent);
        let outcomes = self.attempt_all(claimed.attempts, began_at).await;
        self.keep_pace(&outcomes, began_at);
        let settling = ports.store.transact(move |tx| sending::settle(tx, &outcomes));
        let cannot = |failure| Unavailable::caused_by("cannot record sent letters", failure);
        sending::count_unsent(&settling.await.map_err(cannot)?);
        Ok(count)
    }

    /// Waits until a letter may be due.
    pub(crate) async fn wait(&self) {
        let Self { ports, pace } = self;
        let now = ports.clock.now();
        let (next_at, latest) = (pace.lock().next_at, now.plus(WAIT_MAX));
        if next_at > now {
            return ports.clock.sleep_until(next_at).await;
        }
        ports.clock.sleep_until_or_notified(latest, &ports.owed).await;
    }

    async fn attempt_all(
        &self,
        attempts: Vec<Attempt>,
        began_at: Timestamp,
    ) -> Vec<(Attempt, Outcome)> {
        let failures = Mutex::new(0_usize);
        let attempting = attempts.into_iter().map(|attempt| {
            let failures = &failures;
            async move {
                let is_late = self.ports.clock.now().since(began_at) >= BEGIN_MAX;
                if is_late || *failures.lock() >= FAILURES_MAX {
                    return (attempt, Outcome::NotAttempted);
                }
                let outcome = self.attempt(&attempt).await;
                match outcome.server() {
                    Some(ServerState::Available) => *failures.lock() = 0,
                    Some(ServerState::Unreachable) => *failures.lock() += 1,
                    None => {}
                }
                (attempt, outcome)
            }
        });
        stream::iter(attempting).buffer_unordered(CONNECTIONS_MAX).collect().await
    }

    async fn attempt(&self, attempt: &Attempt) -> Outcome {
        let Ports { public_url, transport, .. } = &self.ports;
        let Attempt { letter, address, show, preferences, .. } = attempt;
        let unsubscribe_url = preferences
            .as_ref()
            .map(|it| public_url.page(&format!("/unsubscribe/{}.{}", it.user_id, it.token)));
        let facts = Facts {
            content: &letter.content,
            language: address.language,
            public_url,
            unsubscribe_url: unsubscribe_url.as_deref(),
            show: show.as_ref().map(|show| &show.state),
        };
        let rendered = match rendering::render(&facts) {
            Ok(rendered) => rendered,
            Err(error) => {
                tracing::error!(letter = letter.id, %error, "a letter cannot be rendered");
                return Outcome::Unrenderable;
            }
        };
        let mail = OutgoingMail {
            message_id: format!("{}@{}", letter.id, public_url.message_domain()),
            to: address.email.clone(),
            date: letter.created_at,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            calendar: rendered.calendar,
            unsubscribe_url: rendered.unsubscribe_url,
        };
        match transport.deliver(&mail).await {
            Ok(()) => {
                metrics::counter!("mails_sent_total").increment(1);
                let age = self.ports.clock.now().since(letter.created_at);
                metrics::histogram!("mail_delay_seconds").record(age.as_secs_f64());
                Outcome::Sent
            }
            Err(failure) => {
                let (letter, kind) = (&letter.id, failure.kind.as_str());
                metrics::counter!("mail_failures_total", "kind" => kind).increment(1);
                tracing::warn!(letter, kind, response = failure.response, "a mail was not sent");
                Outcome::Failed(failure)
            }
        }
    }

    /// The next step begins when the limit of mails per second allows it, or after a pause while the
    /// server is unreachable.
    fn keep_pace(&self, outcomes: &[(Attempt, Outcome)], began_at: Timestamp) {
        let has = |state| move |(_, it): &&(Attempt, Outcome)| it.server() == Some(state);
        let available = outcomes.iter().filter(has(ServerState::Available)).count();
        let unreachable = outcomes.iter().filter(has(ServerState::Unreachable)).count();
        let mut pace = self.pace.lock();
        if available == 0 && unreachable >= FAILURES_MAX {
            pace.failures = pace.failures.saturating_add(1);
            pace.next_at = self.ports.clock.now().plus(OUTAGE.pause(pace.failures));
        } else {
            pace.failures = 0;
            let sent = outcomes.iter().filter(|(_, it)| matches!(it, Outcome::Sent)).count();
            let sent = u32::try_from(sent).unwrap_or(PAGE);
            pace.next_at = began_at.plus(Duration::from_secs(1) * sent / self.ports.rate.get());
        }
    }
}
