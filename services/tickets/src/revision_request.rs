//! Changes of a ticket or a show: a change is a revision that orders decides. The request waits
//! until the revision is in effect or refused.

use std::time::Duration;

use contract::{Id, Outgoing, Timestamp, revision, show_revision};
use store::{Document, Stop, Tx};
use web::session::Role;
use web::{Code, Problem, SignedIn};

use crate::Ports;
use crate::domain::{Refusal, Requested, Requester, Show, Ticket};

/// Maximum wait for the decision: some hundred times its usual duration.
const DECISION_WAIT_MAX: Duration = Duration::from_secs(10);

pub(crate) const fn requester(who: &SignedIn) -> Requester {
    match who.role {
        Role::User => Requester::User(who.user),
        Role::Admin => Requester::Administrator(who.user),
    }
}

/// A ticket or a show.
pub(crate) trait Revisable: Document {
    /// The refusal of an unknown id.
    const UNKNOWN: Refusal;

    /// Number of requested revisions.
    fn revisions(&self) -> u64;

    /// Outcome of a revision; `None` while pending.
    fn outcome_of(&self, number: u64) -> Option<Result<(), Refusal>>;

    /// The message that requests the pending revision.
    fn request_message(&self) -> Option<Outgoing>;
}

impl Revisable for Ticket {
    const UNKNOWN: Refusal = Refusal::UnknownTicket;

    fn revisions(&self) -> u64 {
        self.revisions
    }

    fn outcome_of(&self, number: u64) -> Option<Result<(), Refusal>> {
        self.outcome_of(number)
    }

    fn request_message(&self) -> Option<Outgoing> {
        self.revision_state().map(|state| revision::REQUESTED.of(state))
    }
}

impl Revisable for Show {
    const UNKNOWN: Refusal = Refusal::UnknownShow;

    fn revisions(&self) -> u64 {
        self.revisions
    }

    fn outcome_of(&self, number: u64) -> Option<Result<(), Refusal>> {
        self.outcome_of(number)
    }

    fn request_message(&self) -> Option<Outgoing> {
        self.revision_state().map(|state| show_revision::REQUESTED.of(state))
    }
}

/// State of a request.
enum Begun<D> {
    /// The requested state is in effect.
    InEffect(D),
    /// The requested revision is pending.
    Own(u64),
    /// Another revision is pending.
    Behind(u64),
}

/// Requests a revision of a ticket or a show and waits until orders has decided it. Returns the
/// revised ticket or show. Errors: the refusals of `request` and of orders; 503 `unavailable` if
/// the decision takes too long. It follows later, so that a repeated request returns the outcome.
pub(crate) async fn revise<D: Revisable>(
    ports: &Ports,
    id: Id,
    request: impl Fn(&mut Tx<'_>, &D) -> Result<Requested<D>, Stop<Refusal>>
    + Clone
    + Send
    + Sync
    + 'static,
) -> Result<D, Problem> {
    let until = ports.clock.now().plus(DECISION_WAIT_MAX);
    loop {
        let request = request.clone();
        match ports.store.transact(move |tx| begin(tx, id, &request)).await? {
            Begun::InEffect(revised) => return Ok(revised),
            Begun::Own(number) => {
                let (revised, outcome) = decided::<D>(ports, id, number, until).await?;
                outcome?;
                return Ok(revised);
            }
            Begun::Behind(number) => drop(decided::<D>(ports, id, number, until).await?),
        }
    }
}

/// Requests a revision, unless the requested state is in effect.
fn begin<D: Revisable>(
    tx: &mut Tx<'_>,
    id: Id,
    request: impl Fn(&mut Tx<'_>, &D) -> Result<Requested<D>, Stop<Refusal>>,
) -> Result<Begun<D>, Stop<Refusal>> {
    let known = tx.get::<D>(id)?.ok_or(D::UNKNOWN)?;
    Ok(match request(tx, &known)? {
        Requested::Unchanged => Begun::InEffect(known),
        Requested::Joined(number) => Begun::Own(number),
        Requested::Behind(number) => Begun::Behind(number),
        Requested::Revision(revised) => {
            publish(tx, &known, &*revised);
            let number = revised.revisions();
            tx.save(*revised);
            Begun::Own(number)
        }
    })
}

/// Publishes the revision of a change, if the change requests one.
pub(crate) fn publish<D: Revisable>(tx: &mut Tx<'_>, before: &D, after: &D) {
    if after.revisions() > before.revisions()
        && let Some(message) = after.request_message()
    {
        tx.publish(message);
    }
}

/// The ticket or show and the outcome of a revision, once decided.
async fn decided<D: Revisable>(
    ports: &Ports,
    id: Id,
    number: u64,
    until: Timestamp,
) -> Result<(D, Result<(), Refusal>), Problem> {
    let text = id.to_string();
    let look = || async {
        let found = ports.store.find::<D>(&text).await?;
        let decided = found.and_then(|found| Some((found.outcome_of(number)?, found)));
        Ok::<_, store::Unavailable>(decided)
    };
    let waiting = ports.arrivals.waiting_until(id, &ports.clock, until);
    match waiting.until_found(look).await? {
        Some((outcome, found)) => Ok((found, outcome)),
        None => Err(Problem::new(Code::UNAVAILABLE)
            .detail("The change is not decided yet; repeat the request to learn the outcome")),
    }
}
