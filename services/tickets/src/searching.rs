//! Searches in titles: bounded work, one step at a time in the whole process, and a rate limit by cost.

use std::sync::Arc;

use store::{Found, Query, Store};
use tokio::sync::Semaphore;
use web::{AddressThrottle, ClientAddress, Code, NetworkSlots, Problem};

use crate::domain::{Search, Ticket};
use crate::settings::Settings;

/// Tickets that a step examines: some milliseconds of work for the longest titles.
const STEP_TICKETS: u32 = 500;

/// Steps of one request: 20,000 tickets. The next page continues behind them.
const STEPS_MAX: usize = 40;

/// Requests that search at once, shared evenly by networks; each waits for one step of each other at most between two of its own.
const SEARCHES_MAX: usize = 128;

/// Runs searches. Clones share the limits.
#[derive(Clone)]
pub struct Searches {
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

    /// The first `wanted` tickets of a query whose titles contain the text, and the position behind which a further search continues. Each
    /// step counts against the rate limit of the address; a search that reaches the limit after its first step ends early.
    ///
    /// # Errors
    /// 503 `busy` when too many requests search, 429 `too_many_requests` when the address has no step left, and 503 when the store does not
    /// answer.
    pub(crate) async fn run(
        &self,
        store: &Store,
        address: ClientAddress,
        tickets: Query,
        (search, wanted): (&Search, usize),
    ) -> Result<Found<Ticket>, Problem> {
        let busy = || Problem::new(Code::BUSY).detail("Too many searches run right now");
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
