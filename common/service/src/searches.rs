//! Searches in texts: bounded work, one step at a time per process, and a rate limit by cost.

use std::sync::Arc;

use sources::Clock;
use store::{Document, Found, Key, Query, Store};
use tokio::sync::Semaphore;
use web::{AddressThrottle, ClientAddress, Code, NetworkSlots, Problem, Quota};

/// Documents per step: some milliseconds for the longest titles.
const STEP_DOCUMENTS: u32 = 500;

/// Steps per request: 20,000 documents. The next page continues after them.
const STEPS_MAX: usize = 40;

/// Concurrent searches, shared evenly by networks. Between two steps a search waits for at most one
/// step of each other search.
const SEARCHES_MAX: usize = 128;

/// Runs searches. Clones share the limits.
#[derive(Clone)]
pub struct Searches {
    steps: AddressThrottle,
    places: NetworkSlots,
    turn: Arc<Semaphore>,
}

impl Searches {
    /// Searches with this rate limit of steps, per address.
    #[must_use]
    pub fn new(limit: Option<Quota>, clock: &Clock) -> Self {
        Self {
            steps: AddressThrottle::new("search", limit, clock),
            places: NetworkSlots::new(SEARCHES_MAX),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Finds the first `wanted` documents of a query whose searched fields each contain their text
    /// in search form, and the position after which the next search continues. Each step counts
    /// against the rate limit of the address; a search that reaches the limit after its first step
    /// ends early.
    ///
    /// # Errors
    /// 503 `busy` with too many concurrent searches, 429 `too_many_requests` if the address has no
    /// step left, and 503 if the store is unreachable.
    pub async fn run<D: Document>(
        &self,
        store: &Store,
        address: ClientAddress,
        documents: Query,
        (texts, wanted): (&[(&'static str, String)], usize),
    ) -> Result<Found<D>, Problem> {
        let Some(((field, text), others)) = texts.split_first() else {
            return Ok(Found { documents: Vec::new(), next: None });
        };
        let has_others = |document: &D| {
            let contains = |(field, text): &(&'static str, String)| match document.key(field) {
                Key::Text(value) => value.contains(text),
                Key::Null | Key::Integer(_) => false,
            };
            others.iter().all(contains)
        };
        let busy = || Problem::new(Code::BUSY).detail("Too many concurrent searches");
        let _place = self.places.take(address.into()).ok_or_else(busy)?;
        self.steps.check(address)?;
        let mut queried = documents.limit(STEP_DOCUMENTS);
        let mut found = Found { documents: Vec::new(), next: None };
        for step in 1..=STEPS_MAX {
            let _turn = self.turn.acquire().await.map_err(|_| busy())?;
            let left = wanted - found.documents.len();
            let Found { documents, next } =
                store.search(queried.clone(), (field, text.as_str()), left).await?;
            found.documents.extend(documents.into_iter().filter(has_others));
            found.next = next;
            let is_done = found.documents.len() == wanted || found.next.is_none();
            if is_done || step == STEPS_MAX || self.steps.check(address).is_err() {
                break;
            }
            queried = queried.after(found.next.clone());
        }
        Ok(found)
    }
}
