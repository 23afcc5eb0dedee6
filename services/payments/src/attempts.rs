//! Requests that begin something and wait for its end: it is begun once a key, and the first final answer to a key stays the answer.

use std::future::Future;
use std::hash::Hash;
use std::time::Duration;

use contract::{Backoff, Id, Timestamp, UserId};
use store::{Document, Failure, NotLoaded, Stop, Tx};
use web::idempotency::{record, recorded};
use web::{Answer, Call, Problem};

use crate::Ports;
use crate::documents::Attempt;
use crate::domain::Refusal;
use crate::endings::Endings;
use crate::work::Work;

/// How long a request waits for the end.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Pauses between two reads of a payment that another process may be settling. They grow, so that many waiting requests do not slow
/// it down.
const LOOKS: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(2));

/// What a request begins and waits for.
pub(crate) trait Attempted: Document {
    /// Its kind of id.
    type Id: From<Id> + Copy + Eq + Hash + std::fmt::Display + Send;

    /// Its id, and when it began.
    fn began(&self) -> (Id, Timestamp);

    /// Who waits for the end of which.
    fn endings(ports: &Ports) -> &Endings<Self::Id>;

    /// Told when there is something to ask the provider of.
    fn work(ports: &Ports) -> &Work<Self::Id>;

    /// What is answered.
    ///
    /// # Errors
    /// [`Problem`] when the store does not answer.
    async fn standing(&self, ports: &Ports) -> Result<Standing, Problem>;

    /// Asks the provider again where the attempt waits for its payer, who may have acted meanwhile.
    ///
    /// # Errors
    /// [`Problem`] when the store does not answer.
    fn refresh(ports: &Ports, id: Self::Id) -> impl Future<Output = Result<(), Problem>> + Send {
        let _ = (ports, id);
        async { Ok(()) }
    }
}

/// How an attempt stands, and what is answered.
pub(crate) enum Standing {
    /// It has ended: the answer to this request and to all with the same key.
    Ended(Result<Answer, Problem>),
    /// It goes on without anything more to wait for here: it is somebody else's turn.
    Elsewhere(Answer),
    /// Wait; the answer is for those whose patience ends.
    UnderWay(Answer),
}

/// What beginning came to.
enum Begun<I> {
    /// It was begun now.
    Attempt(I),
    /// It was begun by an earlier request with the same key.
    Joined(I),
    /// The answer was given before.
    Answered(Answer),
}

/// Begins an attempt, or joins the one that the same key began, and answers when it has ended, when it is somebody else's turn, or
/// after ten seconds as it stands then. `begin` writes all that a new one needs.
///
/// # Errors
/// [`Problem`]: what `begin` refuses, an end that is one, an outage.
pub(crate) async fn attempt<A: Attempted>(
    ports: &Ports,
    call: &Call,
    requester: UserId,
    begin: impl Fn(&mut Tx<'_>) -> Result<A, Stop<Refusal>> + Send + Sync + 'static,
) -> Result<Answer, Problem> {
    let deciding = call.clone();
    let outcome = ports
        .store
        .transact(move |tx| begin_once(tx, &deciding, requester, |tx| begin(tx)))
        .await?;
    let (id, is_joined) = match outcome {
        Begun::Answered(answer) => return Ok(answer),
        Begun::Joined(id) => (id, true),
        Begun::Attempt(id) => (id, false),
    };
    A::work(ports).tell(id);
    if is_joined {
        A::refresh(ports, id).await?;
    }
    let standing = wait_for_end::<A>(ports, id).await?;
    answer_once(ports, call, requester, standing).await
}

/// Whether an earlier request with the same key began an attempt, or was answered.
///
/// # Errors
/// [`NotLoaded`], to be passed on with `?`.
pub(crate) fn is_repeat(
    tx: &mut Tx<'_>,
    call: &Call,
    requester: UserId,
) -> Result<bool, NotLoaded> {
    let requester = requester.to_string();
    let Some(key) = call.record_id(&requester) else { return Ok(false) };
    Ok(recorded(tx, &requester, call)?.is_some() || tx.get::<Attempt>(key)?.is_some())
}

/// Begins an attempt, or joins the one that the same key began; a refusal is recorded as the key's answer unless it is temporary.
fn begin_once<A: Attempted>(
    tx: &mut Tx<'_>,
    call: &Call,
    requester: UserId,
    begin: impl FnOnce(&mut Tx<'_>) -> Result<A, Stop<Refusal>>,
) -> Result<Begun<A::Id>, Stop<Refusal>> {
    let requester = requester.to_string();
    if let Some(answer) = recorded(tx, &requester, call)? {
        return Ok(Begun::Answered(answer));
    }
    let key = call.record_id(&requester).zip(call.fingerprint());
    if let Some((key, _)) = &key
        && let Some(attempt) = tx.get::<Attempt>(key)?
    {
        return Ok(match call.repeats(&attempt.fingerprint) {
            Ok(()) => Begun::Joined(attempt.began.into()),
            Err(problem) => Begun::Answered(problem.into_answer(&call.request_id)),
        });
    }
    let savepoint = tx.savepoint();
    match begin(tx) {
        Ok(attempted) => {
            let (id, started_at) = attempted.began();
            if let Some((key, fingerprint)) = key {
                let fingerprint = fingerprint.to_owned();
                tx.insert(Attempt { id: key, began: id, fingerprint, started_at });
            }
            Ok(Begun::Attempt(id.into()))
        }
        Err(Stop::Refused(refusal)) if call.has_key() && !refusal.is_temporary() => {
            tx.roll_back_to(savepoint);
            let answer = Problem::from(refusal).into_answer(&call.request_id);
            record(tx, &requester, call, &answer);
            Ok(Begun::Answered(answer))
        }
        Err(stop) => Err(stop),
    }
}

/// Waits until the attempt has ended, within the bound; answers how it stands then.
async fn wait_for_end<A: Attempted>(ports: &Ports, id: A::Id) -> Result<Standing, Problem> {
    let until = ports.clock.now().plus(WAIT_MAX);
    let ending = A::endings(ports).of(id);
    let mut looks = 1;
    loop {
        let announced = ending.announced();
        tokio::pin!(announced);
        // From here on an end is noticed, although nobody awaits it yet.
        announced.as_mut().enable();
        let attempted = ports.store.find::<A>(&id.to_string()).await?;
        let attempted = attempted.ok_or(Problem::from(Refusal::UnknownPayment))?;
        let standing = attempted.standing(ports).await?;
        let now = ports.clock.now();
        match standing {
            Standing::UnderWay(_) if now < until => {}
            Standing::Ended(_) | Standing::Elsewhere(_) | Standing::UnderWay(_) => {
                return Ok(standing);
            }
        }
        tokio::select! {
            biased;
            () = announced => {}
            () = ports.clock.sleep_until(until.min(now.plus(LOOKS.pause(looks)))) => looks += 1,
        }
    }
}

/// Answers; the first final answer to a key is recorded, and every repeat gets that one.
async fn answer_once(
    ports: &Ports,
    call: &Call,
    requester: UserId,
    standing: Standing,
) -> Result<Answer, Problem> {
    let answer = match standing {
        Standing::Ended(answer) => answer,
        Standing::Elsewhere(answer) | Standing::UnderWay(answer) => return Ok(answer),
    };
    if !call.has_key() {
        return answer;
    }
    let answer = answer.unwrap_or_else(|problem| problem.into_answer(&call.request_id));
    let (call, requester) = (call.clone(), requester.to_string());
    let recording = ports.store.transact(move |tx| {
        if let Some(first) = recorded(tx, &requester, &call)? {
            return Ok(first);
        }
        record(tx, &requester, &call, &answer);
        Ok(answer.clone())
    });
    recording.await.map_err(|failure: Failure<Refusal>| failure.into())
}
