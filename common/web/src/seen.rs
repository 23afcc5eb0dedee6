//! Read your own writes across services: an answer names the version of each aggregate that it has changed, in a short-lived cookie, and a later
//! request with that cookie waits for the copy of that version.
//!
//! One cookie an aggregate (`seen-inventory-6920…=7`), so that requests in parallel do not replace each other's. The cookies carry nothing secret
//! and decide nothing: a forged one delays its sender's own reads by the bound of the wait.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::COOKIE;
use actix_web::{FromRequest, HttpRequest};
use contract::{Id, State};

use crate::answer::Answer;

/// Time that a cookie lasts: longer than copies are late while everything runs; a wait is not worth it when they are later.
pub const SEEN_AGE: Duration = Duration::from_secs(10);

/// Versions that one request waits for at the most: those of two full orders. The rest of its cookies is ignored.
pub const SEEN_MAX: usize = 20;

const PREFIX: &str = "seen-";

/// The versions that a client has seen acknowledged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    versions: Vec<(String, Id, u64)>,
}

impl Seen {
    /// The version of one aggregate that was acknowledged last.
    #[must_use]
    pub fn version_of<S: State>(&self, id: Id) -> Option<u64> {
        self.all_of::<S>().filter(|(known, _)| *known == id).map(|(_, version)| version).max()
    }

    /// The aggregates of one kind, each with its version.
    pub fn all_of<S: State>(&self) -> impl Iterator<Item = (Id, u64)> {
        let of_kind = |(aggregate, id, version): &(String, Id, u64)| {
            (aggregate == S::AGGREGATE).then_some((*id, *version))
        };
        self.versions.iter().filter_map(of_kind)
    }

    fn read(request: &HttpRequest) -> Self {
        let headers = request.headers().get_all(COOKIE).filter_map(|value| value.to_str().ok());
        let cookies = headers.flat_map(|cookies| cookies.split(';'));
        Self { versions: cookies.filter_map(version).take(SEEN_MAX).collect() }
    }
}

/// What one cookie says: `seen-AGGREGATE-ID=VERSION`.
fn version(cookie: &str) -> Option<(String, Id, u64)> {
    let (name, version) = cookie.trim().strip_prefix(PREFIX)?.split_once('=')?;
    let (aggregate, id) = name.rsplit_once('-')?;
    Some((aggregate.to_owned(), id.parse().ok()?, version.parse().ok()?))
}

impl FromRequest for Seen {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::read(request)))
    }
}

impl Answer {
    /// With the cookie that lets the client's next reads, in every service, wait for the copy of this state.
    #[must_use]
    pub fn seen<S: State>(self, state: &S) -> Self {
        self.seen_version::<S>(state.id(), state.version())
    }

    /// The same for a state of which only id and version are known.
    #[must_use]
    pub fn seen_version<S: State>(self, id: Id, version: u64) -> Self {
        let (aggregate, age) = (S::AGGREGATE, SEEN_AGE.as_secs());
        let attributes = format!("Path=/; HttpOnly; SameSite=Lax; Max-Age={age}");
        self.header("Set-Cookie", format!("{PREFIX}{aggregate}-{id}={version}; {attributes}"))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use contract::inventory::InventoryState;
    use contract::ticket::TicketState;

    use super::*;

    const ID: &str = "692000f2a1b2c3d4e5f60701";

    fn inventory(version: u64) -> InventoryState {
        InventoryState {
            ticket_id: ID.parse().unwrap(),
            version,
            ticket_version: 1,
            capacity: 1,
            held: 1,
            sold: 0,
            holder: None,
            revision: None,
        }
    }

    fn seen(cookies: &str) -> Seen {
        Seen::read(&TestRequest::default().insert_header((COOKIE, cookies)).to_http_request())
    }

    #[test]
    fn a_request_carries_the_versions_that_an_answer_named() {
        let answer = Answer::no_content().seen(&inventory(7));
        let header = answer.into_response();
        let cookie = header.headers().get("set-cookie").unwrap().to_str().unwrap();
        let (pair, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Max-Age=10");
        let id: Id = ID.parse().unwrap();
        let read = seen(&format!("session=x; {pair}; seen-inventory-{ID}=5"));
        assert_eq!(read.version_of::<InventoryState>(id), Some(7), "the latest");
        assert_eq!(read.version_of::<TicketState>(id), None);
        assert_eq!(read.all_of::<InventoryState>().count(), 2);
    }

    #[test]
    fn cookies_that_say_nothing_are_ignored_and_no_more_than_the_bound_are_read() {
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
