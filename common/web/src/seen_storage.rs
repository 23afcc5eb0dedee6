//! Versions that sessions have seen, stored in cookies or in the memory of one process.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use contract::{Id, Timestamp};
use hashlink::LruCache;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

/// Lifetime of a version: longer than the usual delay of copies; longer waits are not worth it.
pub const SEEN_AGE: Duration = Duration::from_secs(10);

/// Versions that a request waits for, twice those of the largest change; others are ignored.
pub const SEEN_MAX: usize = 20;

/// Sessions: 10,000 changes a second fill them in 0.8 s, twenty times the usual delay of copies.
const SESSIONS_MAX: usize = 8_192;

/// Bytes at the end of a token that identify its session: 24 bytes of the signature in Base64.
const SIGNATURE_BYTES: usize = 32;

/// How the versions of a response reach later requests of its session.
#[derive(Debug, Clone, Default)]
pub enum SeenStorage {
    /// In cookies: the next request may reach any process.
    #[default]
    Cookies,
    /// In memory: every service is in this process.
    Memory(Arc<SeenSessions>),
}

/// Versions by session, in memory, with the time of the response; the oldest are dropped first.
#[derive(Debug)]
pub struct SeenSessions {
    hasher: RandomState,
    by_session: Mutex<LruCache<u64, Vec<(Version, Timestamp)>>>,
}

impl Default for SeenSessions {
    fn default() -> Self {
        let by_session = Mutex::new(LruCache::new(SESSIONS_MAX));
        Self { hasher: RandomState::new(), by_session }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) aggregate: Cow<'static, str>,
    pub(crate) id: Id,
    pub(crate) number: u64,
}

impl SeenStorage {
    /// In memory.
    #[must_use]
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }
}

impl SeenSessions {
    pub(crate) fn note(&self, token: &str, version: Version, now: Timestamp) {
        let session = self.session(token);
        let mut by_session = self.by_session.lock();
        let mut known = by_session.remove(&session).unwrap_or_default();
        let replaced = known.iter().position(|(other, _)| other.is_of(&version));
        let replaced = replaced.map(|at| known.remove(at).0);
        let version = replaced.iter().fold(version, Version::later);
        if known.len() >= SEEN_MAX {
            known.remove(0);
        }
        known.push((version, now));
        by_session.insert(session, known);
    }

    /// The key of a session: the token's signature suffices.
    fn session(&self, token: &str) -> u64 {
        let token = token.as_bytes();
        self.hasher.hash_one(token.get(token.len().saturating_sub(SIGNATURE_BYTES)..))
    }

    pub(crate) fn versions(&self, token: &str, oldest: Timestamp) -> Vec<Version> {
        let by_session = self.by_session.lock();
        if by_session.is_empty() {
            return Vec::new();
        }
        let known = by_session.peek(&self.session(token)).into_iter().flatten();
        let recent = known.filter(|(_, at)| *at >= oldest);
        recent.map(|(version, _)| version.clone()).collect()
    }
}

impl Version {
    fn is_of(&self, other: &Self) -> bool {
        (&self.aggregate, self.id) == (&other.aggregate, other.id)
    }

    /// This version, with the number of another one of the same aggregate if that is higher.
    pub(crate) fn later(self, other: &Self) -> Self {
        if self.is_of(other) {
            Self { number: self.number.max(other.number), ..self }
        } else {
            self
        }
    }

    /// Parses the name `AGGREGATE-ID` and the number.
    pub(crate) fn of_cookie(name: &str, number: &str) -> Option<Self> {
        let (aggregate, id) = name.rsplit_once('-')?;
        let (id, number) = (id.parse().ok()?, number.parse().ok()?);
        Some(Self { aggregate: Cow::Owned(aggregate.to_owned()), id, number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "692000f2a1b2c3d4e5f60701";

    fn version(number: u64) -> Version {
        Version { aggregate: "inventory".into(), id: ID.parse().unwrap(), number }
    }

    #[test]
    fn versions_are_kept_by_session_until_they_age() {
        let sessions = SeenSessions::default();
        let at = Timestamp::from_unix_ms;
        sessions.note("ann", version(5), at(1_000));
        sessions.note("ann", version(7), at(2_000));
        assert_eq!(sessions.versions("ann", at(2_000)), [version(7)]);
        assert_eq!(sessions.versions("ann", at(2_001)), []);
        assert_eq!(sessions.versions("bob", at(0)), []);
        sessions.note("ann", version(6), at(3_000));
        assert_eq!(sessions.versions("ann", at(3_000)), [version(7)], "of a repeat");
        for number in 0..3 * SESSIONS_MAX {
            sessions.note(&number.to_string(), version(1), at(2_000));
        }
        assert_eq!(sessions.versions("ann", at(0)), [], "the oldest are forgotten");
        assert_eq!(sessions.by_session.lock().len(), SESSIONS_MAX);
    }
}
