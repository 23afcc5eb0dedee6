//! Read-your-writes across services: a response names the version of each aggregate that the
//! request changed, and later requests of the same session wait for the copies of those versions.
//!
//! Where the services are several processes, the versions travel in short-lived cookies, one for
//! each aggregate (`seen-inventory-6920…=7`), so that any replica can serve the next read, and
//! concurrent requests do not replace each other's cookies. The cookies contain no secret and grant
//! nothing: a forged one delays its sender's own reads by the bound of the wait. Where all services
//! are in one process, it stores the versions itself.

use std::borrow::Cow;
use std::convert::Infallible;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::Data;
use contract::{Id, State};

use crate::request::extract;
use crate::responses::response::Response;
use crate::seen_storage::{SEEN_AGE, SEEN_MAX, SeenStorage, Version};
use crate::session::{Sessions, cookies};

/// Longest wait for a copy of a version, which arrives late while machine or broker are busy.
pub const SEEN_WAIT_MAX: Duration = Duration::from_secs(5);

const PREFIX: &str = "seen-";

/// The versions in earlier responses to a client.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    versions: Vec<Version>,
}

impl SeenStorage {
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

    /// Records a version for the session of a request; returns the cookie that carries it, if any.
    /// The versions of a repeated command, those of its first response, replace no later ones.
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

extract!(Seen, Infallible, |request| {
    let sessions = request.app_data::<Data<Sessions>>();
    Ok(sessions.map(|sessions| SeenStorage::read(sessions, request)).unwrap_or_default())
});

impl Response {
    /// Makes later requests of the session, in every service, wait for the copy of this state.
    pub fn seen<S: State>(self, state: &S) -> Self {
        self.seen_version::<S>(state.id(), state.version())
    }

    /// The same, given only the id and version of a state.
    pub fn seen_version<S: State>(mut self, id: Id, number: u64) -> Self {
        self.seen.push(Version { aggregate: Cow::Borrowed(S::AGGREGATE), id, number });
        self
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::COOKIE;
    use actix_web::test::TestRequest;
    use contract::inventory::InventoryState;
    use contract::user::UserState;

    use super::*;

    const ID: &str = "692000f2a1b2c3d4e5f60701";

    fn seen(cookies: &str) -> Seen {
        let request = TestRequest::default().insert_header((COOKIE, cookies));
        Seen::of_cookies(&request.to_http_request())
    }

    #[test]
    fn the_latest_version_of_an_aggregate_prevails() {
        let read = seen(&format!("session=x; seen-inventory-{ID}=7; seen-inventory-{ID}=5"));
        let id = ID.parse().unwrap();
        assert_eq!(read.version_of::<InventoryState>(id), Some(7));
        assert_eq!(read.version_of::<UserState>(id), None);
        assert_eq!(read.all_of::<InventoryState>().count(), 2);
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
