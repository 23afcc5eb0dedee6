//! Searches in titles: bounded work, one step at a time per process, and a rate limit by cost.

use std::sync::Arc;

use store::{Found, Query, Store};
use tokio::sync::Semaphore;
use web::{AddressThrottle, ClientAddress, Code, NetworkSlots, Problem};

use crate::domain::{Search, Ticket};
use crate::settings::Settings;

/// Tickets per step: some milliseconds for the longest titles.
const STEP_TICKETS: u32 = 500;

/// Steps per request: 20,000 tickets. The next page continues after them.
const STEPS_MAX: usize = 40;

/// Concurrent searches, shared evenly by networks. Between two steps a search waits for at most one
/// step of each other search.
const SEARCHES_MAX: usize = 128;

/// Runs searches. Clones share the limits.
#[derive(Clone)]
pub(crate) struct Searches {
    steps: AddressThrottle,
    places: NetworkSlots,
    turn: Arc<Semaphore>,
}

impl Searches {
    pub(crate) fn new(settings: Settings, clock: &sources::Clock) -> Self {
        Self {
            steps: AddressThrottle::new("search", settings.search_limit, clock),
            places: NetworkSlots::new(SEARCHES_MAX),
            turn: Arc::new(Semaphore::new(1)),
        }
    }

    /// Finds the first `wanted` tickets of a query whose titles contain the text, and the position
    /// after which the next search continues. Each step counts against the rate limit of the
    /// address; a search that reaches the limit after its first step ends early. Errors: 503 `busy`
    /// with too many concurrent searches, 429 `too_many_requests` if the address has no step left,
    /// and 503 if the store is unreachable.
    pub(crate) async fn run(
        &self,
        store: &Store,
        address: ClientAddress,
        tickets: Query,
        (search, wanted): (&Search, usize),
    ) -> Result<Found<Ticket>, Problem> {
        let busy = || Problem::new(Code::BUSY).detail("Too many concurrent searches");
        let _place = self.places.take(address.into()).ok_or_else(busy)?;
        self.steps.check(address)?;
        let text = search.folded();
        let mut tickets = tickets.limit(STEP_TICKETS);
        let mut found = Found { documents: Vec::new(), next: None };
        for step in 1..=STEPS_MAX {
            let _turn = self.turn.acquire().await.map_err(|_| busy())?;
            let left = wanted - found.documents.len();
            let Found { documents, next } =
                store.search(tickets.clone(), ("searchable", &text), left).await?;
            found.documents.extend(documents);
            found.next = next;
            let is_done = found.documents.len() == wanted || found.next.is_none();
            if is_done || step == STEPS_MAX || self.steps.check(address).is_err() {
                break;
            }
            tickets = tickets.after(found.next.clone());
        }
        Ok(found)
    }
}
