//! Changes of a ticket: a change is a revision that orders decides. The request waits until the
//! revision is in effect or refused.

use std::ops::ControlFlow;
use std::time::Duration;

use contract::{TicketId, Timestamp, revision};
use store::{Stop, Tx};
use web::session::Role;
use web::{Code, Problem, SignedIn};

use crate::Ports;
use crate::domain::{Refusal, Requested, Requester, Ticket};

/// Maximum wait for the decision: some hundred times its usual duration.
const DECISION_WAIT_MAX: Duration = Duration::from_secs(10);

pub(crate) const fn requester(who: &SignedIn) -> Requester {
    match who.role {
        Role::User => Requester::User(who.user),
        Role::Admin => Requester::Administrator(who.user),
    }
}

/// Requests a revision of a ticket and waits until orders has decided it. Returns the revised
/// ticket. Errors: the refusals of `request`; [`Refusal::Reserved`] and [`Refusal::BelowCommitted`]
/// if orders refuses; 503 `unavailable` if the decision takes too long. It follows later, so that a
/// repeated request returns the outcome.
pub(crate) async fn revise(
    ports: &Ports,
    id: TicketId,
    request: impl Fn(&Ticket, Timestamp) -> Result<Requested, Refusal> + Clone + Send + Sync + 'static,
) -> Result<Ticket, Problem> {
    let until = ports.clock.now().plus(DECISION_WAIT_MAX);
    loop {
        let request = request.clone();
        let start = ports.store.transact(move |tx| begin(tx, id, &request)).await?;
        let (number, is_own) = match start {
            ControlFlow::Break(in_effect) => return Ok(in_effect),
            ControlFlow::Continue(pending) => pending,
        };
        let (ticket, outcome) = decided(ports, id, number, until).await?;
        if is_own {
            outcome?;
            return Ok(ticket);
        }
    }
}

/// Requests a revision, unless the ticket already has the requested state. Returns the number of
/// the pending revision, and whether it is this one.
fn begin(
    tx: &mut Tx<'_>,
    id: TicketId,
    request: impl Fn(&Ticket, Timestamp) -> Result<Requested, Refusal>,
) -> Result<ControlFlow<Ticket, (u64, bool)>, Stop<Refusal>> {
    let known = tx.get::<Ticket>(id)?.ok_or(Refusal::UnknownTicket)?;
    Ok(match request(&known, tx.now())? {
        Requested::Unchanged => ControlFlow::Break(known),
        Requested::Joined(number) => ControlFlow::Continue((number, true)),
        Requested::Behind(number) => ControlFlow::Continue((number, false)),
        Requested::Revision(revised) => {
            publish(tx, &known, &revised);
            let number = revised.revisions;
            tx.save(*revised);
            ControlFlow::Continue((number, true))
        }
    })
}

/// Stores a requested change and publishes its revision, if any.
pub(crate) fn publish(tx: &mut Tx<'_>, before: &Ticket, after: &Ticket) {
    if after.revisions > before.revisions
        && let Some(state) = after.revision_state()
    {
        tx.publish(revision::REQUESTED.of(state));
    }
}

/// The ticket and the outcome of a revision, once decided.
async fn decided(
    ports: &Ports,
    id: TicketId,
    number: u64,
    until: Timestamp,
) -> Result<(Ticket, Result<(), Refusal>), Problem> {
    let text = id.to_string();
    let look = || async {
        let ticket = ports.store.find::<Ticket>(&text).await?;
        let decided = ticket.and_then(|ticket| Some((ticket.outcome_of(number)?, ticket)));
        Ok::<_, store::Unavailable>(decided)
    };
    let waiting = ports.stock.waiting_until(id.untyped(), &ports.clock, until);
    match waiting.until_found(look).await? {
        Some((outcome, ticket)) => Ok((ticket, outcome)),
        None => Err(Problem::new(Code::UNAVAILABLE)
            .detail("The change is not decided yet; repeat the request to learn the outcome")),
    }
}
