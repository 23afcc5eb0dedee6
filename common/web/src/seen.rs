//! Read-your-writes across services: a response names the version of each aggregate that the
//! request changed, and later requests of the same session wait for the copies of those versions.
//!
//! Where the services are several processes, the versions travel in short-lived cookies, one for
//! each aggregate (`seen-inventory-6920…=7`), so that any replica can serve the next read, and
//! concurrent requests do not replace each other's cookies. The cookies contain no secret and grant
//! nothing: a forged one delays its sender's own reads by the bound of the wait. Where all services
//! are in one process, it stores the versions itself.

use std::borrow::Cow;
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use contract::{Id, State, Timestamp};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::answer::Answer;
use crate::session::{Sessions, cookies};

/// Lifetime of a version: longer than the usual delay of copies. During longer delays a wait is not
/// worth it.
pub const SEEN_AGE: Duration = Duration::from_secs(10);

/// Longest wait of a request for a copy of a version. The version exists, so the copy arrives, late
/// while the machine or the broker is busy.
pub const SEEN_WAIT_MAX: Duration = Duration::from_secs(5);

/// Versions that one request waits for at the most: twice the aggregates of the largest change.
/// Further ones are ignored.
pub const SEEN_MAX: usize = 20;

/// Sessions in each of two generations: at 10,000 changes a second by as many users each lasts 0.4 s,
/// ten times the usual delay of copies.
const GENERATION_MAX: usize = 4_096;

const PREFIX: &str = "seen-";

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
#[derive(Debug, Default)]
pub struct SeenSessions {
    hasher: RandomState,
    generations: Mutex<[Generation; 2]>,
}

/// By session.
type Generation = HashMap<u64, Vec<(Version, Timestamp)>>;

/// A version of an aggregate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    aggregate: Cow<'static, str>,
    id: Id,
    number: u64,
}

/// The versions in earlier responses to a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    versions: Vec<Version>,
}

impl SeenStorage {
    /// In memory.
    #[must_use]
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// The versions that the session of a request has seen.
    fn read(sessions: &Sessions, request: &HttpRequest) -> Seen {
        match &sessions.seen_storage {
            Self::Cookies => Seen::of_cookies(request),
            Self::Memory(seen) => {
                let versions = sessions.token_of(request).map(|token| {
                    let oldest = sessions.clock.now().minus(SEEN_AGE);
                    seen.versions(token, oldest)
                });
                Seen { versions: versions.unwrap_or_default() }
            }
        }
    }

    /// Records a version for the session of a request; returns the cookie that carries it, where
    /// one is needed. A repeated command returns the versions of its first response; they do not
    /// replace later ones.
    pub(crate) fn acknowledge(
        sessions: &Sessions,
        request: &HttpRequest,
        version: Version,
    ) -> Option<String> {
        match &sessions.seen_storage {
            Self::Cookies => {
                let Version { aggregate, id, number, .. } =
                    Seen::of_cookies(request).versions.iter().fold(version, Version::later);
                let name = format!("{PREFIX}{aggregate}-{id}");
                Some(sessions.cookie.set_other(&name, &number.to_string(), SEEN_AGE))
            }
            Self::Memory(seen) => {
                seen.note(sessions.token_of(request)?, version, sessions.clock.now());
                None
            }
        }
    }
}

impl SeenSessions {
    fn note(&self, token: &str, version: Version, now: Timestamp) {
        let session = self.session(token);
        let mut generations = self.generations.lock();
        let [young, old] = &mut *generations;
        if young.len() >= GENERATION_MAX && !young.contains_key(&session) {
            *old = std::mem::take(young);
        }
        let known =
            young.entry(session).or_insert_with(|| old.remove(&session).unwrap_or_default());
        let replaced = known.iter().position(|(other, _)| other.is_of(&version));
        let replaced = replaced.map(|at| known.remove(at).0);
        let version = replaced.iter().fold(version, Version::later);
        if known.len() >= SEEN_MAX {
            known.remove(0);
        }
        known.push((version, now));
    }

    /// The key of a session: the token's signature suffices.
    fn session(&self, token: &str) -> u64 {
        let token = token.as_bytes();
        self.hasher.hash_one(token.get(token.len().saturating_sub(SIGNATURE_BYTES)..))
    }

    fn versions(&self, token: &str, oldest: Timestamp) -> Vec<Version> {
        let generations = self.generations.lock();
        let [young, old] = &*generations;
        if young.is_empty() {
            return Vec::new();
        }
        let session = self.session(token);
        let known = young.get(&session).or_else(|| old.get(&session)).into_iter().flatten();
        let recent = known.filter(|(_, at)| *at >= oldest);
        recent.map(|(version, _)| version.clone()).collect()
    }
}

impl Seen {
    /// The latest acknowledged version of one aggregate.
    #[must_use]
    pub fn version_of<S: State>(&self, id: Id) -> Option<u64> {
        self.all_of::<S>().filter(|(known, _)| *known == id).map(|(_, version)| version).max()
    }

    /// The aggregates of one kind, each with its version.
    pub fn all_of<S: State>(&self) -> impl Iterator<Item = (Id, u64)> {
        let of_kind = self.versions.iter().filter(|version| version.aggregate == S::AGGREGATE);
        of_kind.map(|version| (version.id, version.number))
    }

    fn of_cookies(request: &HttpRequest) -> Self {
        let seen = cookies(request)
            .filter_map(|(name, value)| Version::of_cookie(name.strip_prefix(PREFIX)?, value));
        Self { versions: seen.take(SEEN_MAX).collect() }
    }
}

impl Version {
    fn is_of(&self, other: &Self) -> bool {
        (&self.aggregate, self.id) == (&other.aggregate, other.id)
    }

    /// This version, with the number of another one of the same aggregate if that is higher.
    fn later(self, other: &Self) -> Self {
        if self.is_of(other) {
            Self { number: self.number.max(other.number), ..self }
        } else {
            self
        }
    }

    /// Parses the name `AGGREGATE-ID` and the number.
    fn of_cookie(name: &str, number: &str) -> Option<Self> {
        let (aggregate, id) = name.rsplit_once('-')?;
        let (id, number) = (id.parse().ok()?, number.parse().ok()?);
        Some(Self { aggregate: Cow::Owned(aggregate.to_owned()), id, number })
    }
}

impl FromRequest for Seen {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let sessions = request.app_data::<Data<Sessions>>();
        ready(Ok(sessions.map(|sessions| SeenStorage::read(sessions, request)).unwrap_or_default()))
    }
}

impl Answer {
    /// Makes later requests of the session, in every service, wait for the copy of this state.
    #[must_use]
    pub fn seen<S: State>(self, state: &S) -> Self {
        self.seen_version::<S>(state.id(), state.version())
    }

    /// The same, given only the id and version of a state.
    #[must_use]
    pub fn seen_version<S: State>(mut self, id: Id, number: u64) -> Self {
        self.seen.push(Version { aggregate: Cow::Borrowed(S::AGGREGATE), id, number });
        self
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::COOKIE;
    use actix_web::test::TestRequest;
    use contract::user::UserState;

    use super::*;

    const ID: &str = "692000f2a1b2c3d4e5f60701";

    /// A copy of another service's aggregate.
    #[derive(Clone, Serialize, Deserialize)]
    struct Inventory;

    impl State for Inventory {
        const AGGREGATE: &'static str = "inventory";

        fn id(&self) -> Id {
            ID.parse().unwrap()
        }

        fn version(&self) -> u64 {
            7
        }
    }

    fn seen(cookies: &str) -> Seen {
        let request = TestRequest::default().insert_header((COOKIE, cookies));
        Seen::of_cookies(&request.to_http_request())
    }

    fn version(number: u64) -> Version {
        Version { aggregate: "inventory".into(), id: ID.parse().unwrap(), number }
    }

    #[test]
    fn the_latest_version_of_an_aggregate_prevails() {
        let read = seen(&format!("session=x; seen-inventory-{ID}=7; seen-inventory-{ID}=5"));
        let id = Inventory.id();
        assert_eq!(read.version_of::<Inventory>(id), Some(7));
        assert_eq!(read.version_of::<UserState>(id), None);
        assert_eq!(read.all_of::<Inventory>().count(), 2);
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
        for number in 0..3 * GENERATION_MAX {
            sessions.note(&number.to_string(), version(1), at(2_000));
        }
        assert_eq!(sessions.versions("ann", at(0)), [], "the oldest are forgotten");
        let kept: usize = sessions.generations.lock().iter().map(HashMap::len).sum();
        assert!((GENERATION_MAX..=2 * GENERATION_MAX).contains(&kept), "{kept}");
    }

    #[test]
    fn invalid_cookies_are_ignored_and_valid_ones_are_bounded() {
        for cookies in [
            "",
            "session=seen-inventory",
            "seen-=1",
            "seen-inventory=1",
            "seen-inventory-7=1",
            "seen-inventory-692000f2a1b2c3d4e5f60701=",
            "seen-inventory-692000f2a1b2c3d4e5f60701=-1",
            "seen-inventory-692000f2a1b2c3d4e5f60701=99999999999999999999",
        ] {
            assert_eq!(seen(cookies), Seen::default(), "{cookies}");
        }
        let many = format!("seen-inventory-{ID}=1; ").repeat(50);
        assert_eq!(seen(&many).versions.len(), SEEN_MAX);
    }
}
