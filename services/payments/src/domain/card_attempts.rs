//! Attempts to charge a card that have not succeeded: those of one account, or those from one network. Limits on them make the shop
//! useless for finding out which stolen cards are good (card testing).

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use contract::{Backoff, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::refusal::Refusal;
use super::token::Token;

/// The longest wait: an owner whose card works again is not kept from it for long.
pub const WAIT_MAX: Duration = Duration::from_mins(15);

/// The waits after the free declines.
const WAITS: Backoff = Backoff::new(Duration::from_secs(1), WAIT_MAX);

/// The time in which attempts are counted.
pub const ATTEMPTS_WITHIN: Duration = Duration::from_hours(1);

/// The time in which cards are counted, after which also a row of declines is forgotten.
pub const CARDS_WITHIN: Duration = Duration::from_hours(24);

/// Limits on the attempts that are counted together; `None` is no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AttemptLimits {
    /// Attempts in a row without success after which each further one has to wait.
    pub declines: Option<NonZeroU32>,
    /// Attempts without success within an hour.
    pub attempts: Option<NonZeroU32>,
    /// Cards without success within a day.
    pub cards: Option<NonZeroU32>,
}

/// The limit that an attempt exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardLimit {
    /// The wait after the declines of the account.
    Declines,
    /// Attempts of the account.
    Attempts,
    /// Cards of the account.
    Cards,
    /// Attempts from the network.
    Network,
}

/// An account or a network, as a hash: the document names neither, and no card.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

    /// A card of an account: its token. The same token has another hash in another account.
    #[must_use]
    pub fn card(user: UserId, token: &Token) -> Self {
        Self::of(&format!("card\n{user}\n{}", token.as_str()))
    }

    fn of(text: &str) -> Self {
        Self(format!("{:x}", Sha256::digest(text)))
    }
}

impl fmt::Display for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where an attempt is counted: by its payment, as long as it may succeed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CountedAttempt {
    /// The card.
    pub card: Hashed,
    /// The network, unless it is exempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<Hashed>,
}

/// The attempts of one account or network that have not succeeded. One that is under way counts as if it were declined, so that of
/// many at once no more reach a card than of one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CardAttempts {
    /// The account or the network.
    pub id: Hashed,
    /// Attempts since the last success.
    pub in_a_row: u32,
    /// When the last attempt began.
    pub last_at: Timestamp,
    /// When each attempt of the last hour began, the oldest first; as many as the limit at most.
    pub attempts: Vec<Timestamp>,
    /// The cards of the last day, the one that was tried least recently first; as many as the limit at most.
    pub cards: Vec<TriedCard>,
    /// When the document is deleted.
    pub forget_after: Timestamp,
}

/// A card that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TriedCard {
    /// The card.
    pub card: Hashed,
    /// When it was tried last.
    pub last_at: Timestamp,
}

impl CardAttempts {
    /// No attempts so far.
    #[must_use]
    pub fn none(id: Hashed, now: Timestamp) -> Self {
        let (attempts, cards) = (Vec::new(), Vec::new());
        Self { id, in_a_row: 0, last_at: now, attempts, cards, forget_after: now }
    }

    /// Counts an attempt of an account.
    ///
    /// # Errors
    /// [`Refusal::TooManyCardAttempts`] with the longest wait; nothing is counted then, and the wait does not become longer.
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
        // A clock that is set back does not add its step to the wait.
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

    /// Counts an attempt from a network.
    ///
    /// # Errors
    /// As [`CardAttempts::attempt`].
    pub fn attempt_from_network(&self, most: NonZeroU32, now: Timestamp) -> Result<Self, Refusal> {
        let mut after = self.recent(now);
        refuse_before([(CardLimit::Network, after.wait_for_attempt(Some(most), now))])?;
        after.attempts.push(now);
        Ok(Self { last_at: now, forget_after: now.plus(ATTEMPTS_WITHIN), ..after })
    }

    /// The attempt that began then succeeded: it and its card count no longer, and the row of declines is over. Other attempts and
    /// cards remain, so that one good card does not pay for the tests of others.
    #[must_use]
    pub fn succeeded(&self, began_at: Timestamp, card: &Hashed) -> Self {
        let mut after = self.taken_back(began_at);
        after.cards.retain(|tried| tried.card != *card);
        Self { in_a_row: 0, ..after }
    }

    /// The attempt that began then reached no card. The card may have been tried before, so it still counts.
    #[must_use]
    pub fn taken_back(&self, began_at: Timestamp) -> Self {
        let mut after = self.clone();
        if let Some(at) = after.attempts.iter().position(|attempt| *attempt == began_at) {
            after.attempts.remove(at);
        }
        Self { in_a_row: self.in_a_row.saturating_sub(1), ..after }
    }

    /// Without the attempts that are too old to count.
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

/// The wait until fewer than the limit of these times, the oldest first, are within a duration.
fn wait_for_room(
    mut times: impl ExactSizeIterator<Item = Timestamp>,
    most: Option<NonZeroU32>,
    within: Duration,
    now: Timestamp,
) -> Duration {
    let Some(most) = most.and_then(|most| usize::try_from(most.get()).ok()) else {
        return Duration::ZERO;
    };
    // Where the limit was lowered, more than one has to become old.
    let last = times.len().checked_sub(most).and_then(|last| times.nth(last));
    last.map_or(Duration::ZERO, |last| last.plus(within).since(now))
}

/// Refuses an attempt that has to wait, by the limit with the longest wait.
fn refuse_before<const N: usize>(waits: [(CardLimit, Duration); N]) -> Result<(), Refusal> {
    let longest = waits.into_iter().max_by_key(|(_, wait)| *wait);
    match longest.filter(|(_, wait)| !wait.is_zero()) {
        None => Ok(()),
        Some((limit, wait)) => Err(Refusal::TooManyCardAttempts { limit, wait }),
    }
}

/// The wait for the next attempt after so many in a row, the first of which are free.
fn wait_after(in_a_row: u32, free: u32) -> Duration {
    match in_a_row.saturating_add(1).saturating_sub(free) {
        0 => Duration::ZERO,
        counted => WAITS.pause(counted),
    }
}
