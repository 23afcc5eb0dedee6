//! Attempts to charge a card that have not succeeded, of one account or from one network. Limits on
//! them prevent card testing: the use of the marketplace to find valid stolen cards.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use contract::{Backoff, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{CardLimit, Refusal, Token};

/// Maximum wait, so that an owner whose card works again is not locked out for long.
pub const WAIT_MAX: Duration = Duration::from_mins(15);

/// The waits after the free declines.
const WAITS: Backoff = Backoff::new(Duration::from_secs(1), WAIT_MAX);

const ATTEMPTS_WITHIN: Duration = Duration::from_hours(1);

/// Period in which cards are counted, and after which a row of declines expires.
pub const CARDS_WITHIN: Duration = Duration::from_hours(24);

/// Limits on attempts that are counted together; `None` is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AttemptLimits {
    /// Declines in a row after which each further attempt has to wait.
    pub declines: Option<NonZeroU32>,
    /// Attempts without success within an hour.
    pub attempts: Option<NonZeroU32>,
    /// Cards without success within a day.
    pub cards: Option<NonZeroU32>,
}

/// The hash of an account, network or card; the document contains none of these in clear text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, derive_more::Display)]
#[serde(transparent)]
pub struct Hashed(String);

impl Hashed {
    /// An account.
    #[must_use]
    pub fn account(user: UserId) -> Self {
        Self::of(&format!("account\n{user}"))
    }

    /// A network.
    #[must_use]
    pub fn network(network: &impl fmt::Display) -> Self {
        Self::of(&format!("network\n{network}"))
    }

    /// A card of an account, by its token. The same token has another hash in another account.
    #[must_use]
    pub fn card(user: UserId, token: &Token) -> Self {
        Self::of(&format!("card\n{user}\n{}", token.as_str()))
    }

    fn of(text: &str) -> Self {
        Self(format!("{:x}", Sha256::digest(text)))
    }
}

/// The counts that include an attempt; stored in its payment until the outcome is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CountedAttempt {
    pub(crate) card: Hashed,
    /// The network, unless it is exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) network: Option<Hashed>,
}

/// The attempts of one account or network that have not succeeded. An open attempt counts as a
/// decline, so that concurrent attempts do not pass the limit of sequential ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardAttempts {
    /// The account or the network.
    pub id: Hashed,
    /// Attempts since the last success.
    pub in_a_row: u32,
    /// Start of the last attempt.
    pub last_at: Timestamp,
    /// Start of each attempt of the last hour, oldest first; at most as many as the limit.
    pub attempts: Vec<Timestamp>,
    /// Cards of the last day, least recently used first; at most as many as the limit.
    pub cards: Vec<TriedCard>,
    /// Time at which the document is deleted.
    pub forget_after: Timestamp,
}

/// A used card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TriedCard {
    /// The card.
    pub card: Hashed,
    /// Time of its last use.
    last_at: Timestamp,
}

impl CardAttempts {
    /// A document without attempts.
    #[must_use]
    pub fn none(id: Hashed, now: Timestamp) -> Self {
        let (attempts, cards) = (Vec::new(), Vec::new());
        Self { id, in_a_row: 0, last_at: now, attempts, cards, forget_after: now }
    }

    /// Counts an attempt of an account.
    ///
    /// # Errors
    /// [`Refusal::TooManyCardAttempts`] with the longest wait; a refused attempt is not counted.
    pub fn attempt(
        &self,
        card: &Hashed,
        limits: AttemptLimits,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut after = self.recent(now);
        if limits.cards.is_some() {
            after.cards.retain(|tried| tried.card != *card);
        }
        // A clock that is set back does not extend the wait.
        let declines = limits.declines.map_or(Duration::ZERO, |free| {
            wait_after(after.in_a_row, free.get()).saturating_sub(now.apart(after.last_at))
        });
        let cards = after.cards.iter().map(|tried| tried.last_at);
        refuse_before([
            (CardLimit::Declines, declines),
            (CardLimit::Attempts, after.wait_for_attempt(limits.attempts, now)),
            (CardLimit::Cards, wait_for_room(cards, limits.cards, CARDS_WITHIN, now)),
        ])?;
        if limits.attempts.is_some() {
            after.attempts.push(now);
        }
        if limits.cards.is_some() {
            after.cards.push(TriedCard { card: card.clone(), last_at: now });
        }
        after.in_a_row = after.in_a_row.saturating_add(1);
        Ok(Self { last_at: now, forget_after: now.plus(CARDS_WITHIN), ..after })
    }

    pub(crate) fn attempt_from_network(
        &self,
        most: NonZeroU32,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut after = self.recent(now);
        refuse_before([(CardLimit::Network, after.wait_for_attempt(Some(most), now))])?;
        after.attempts.push(now);
        Ok(Self { last_at: now, forget_after: now.plus(ATTEMPTS_WITHIN), ..after })
    }

    /// Records the success of an attempt: it and its card no longer count, and the row of declines
    /// ends. Others remain, so that one valid card does not cover tests of others.
    #[must_use]
    pub fn succeeded(&self, began_at: Timestamp, card: &Hashed) -> Self {
        let mut after = self.taken_back(began_at);
        after.cards.retain(|tried| tried.card != *card);
        Self { in_a_row: 0, ..after }
    }

    /// Records that an attempt used no card; an earlier one may have, so the card remains counted.
    #[must_use]
    pub fn taken_back(&self, began_at: Timestamp) -> Self {
        let mut after = self.clone();
        if let Some(at) = after.attempts.iter().position(|attempt| *attempt == began_at) {
            after.attempts.remove(at);
        }
        Self { in_a_row: self.in_a_row.saturating_sub(1), ..after }
    }

    fn recent(&self, now: Timestamp) -> Self {
        let mut recent = self.clone();
        recent.attempts.retain(|attempt| now.since(*attempt) < ATTEMPTS_WITHIN);
        recent.cards.retain(|tried| now.since(tried.last_at) < CARDS_WITHIN);
        let is_over = now.since(self.last_at) >= CARDS_WITHIN;
        Self { in_a_row: if is_over { 0 } else { self.in_a_row }, ..recent }
    }

    fn wait_for_attempt(&self, most: Option<NonZeroU32>, now: Timestamp) -> Duration {
        wait_for_room(self.attempts.iter().copied(), most, ATTEMPTS_WITHIN, now)
    }
}

/// The wait until fewer of these times than the limit, oldest first, are within the period.
fn wait_for_room(
    mut times: impl ExactSizeIterator<Item = Timestamp>,
    most: Option<NonZeroU32>,
    within: Duration,
    now: Timestamp,
) -> Duration {
    let Some(most) = most.and_then(|most| usize::try_from(most.get()).ok()) else {
        return Duration::ZERO;
    };
    // After a reduction of the limit, several times must expire.
    let last = times.len().checked_sub(most).and_then(|last| times.nth(last));
    last.map_or(Duration::ZERO, |last| last.plus(within).since(now))
}

fn refuse_before<const N: usize>(waits: [(CardLimit, Duration); N]) -> Result<(), Refusal> {
    let longest = waits.into_iter().max_by_key(|(_, wait)| *wait);
    match longest.filter(|(_, wait)| !wait.is_zero()) {
        None => Ok(()),
        Some((limit, wait)) => Err(Refusal::TooManyCardAttempts { limit, wait }),
    }
}

/// The wait before the next attempt, after this many in a row of which the first are free.
fn wait_after(in_a_row: u32, free: u32) -> Duration {
    match in_a_row.saturating_add(1).saturating_sub(free) {
        0 => Duration::ZERO,
        counted => WAITS.pause(counted),
    }
}
