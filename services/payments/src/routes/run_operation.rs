//! Requests that start an operation at the provider and wait for its end: an idempotency key starts
//! one operation, and the first final response is stored under the key.

use std::future::Future;
use std::time::Duration;

use contract::{Backoff, UserId};
use store::{Failure, Loaded, Reads, Stop, Tx};
use web::idempotency::{Record, once, record, recorded};
use web::{Call, Problem, Response};

use crate::Ports;
use crate::documents::KeyedOperation;
use crate::domain::Refusal;
use crate::driver::drive::Unsettled;
use crate::refusal::Decision;

/// Maximum time that a request waits for the end of its operation.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Delays between reads of a document that another process may change; growing, to limit the load.
const READ_BACKOFF: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(2));

/// A payment or refund that a request starts and waits for; its routes define the responses.
pub(crate) trait Operation: Unsettled {
    fn progress(&self, ports: &Ports) -> impl Future<Output = Result<Progress, Problem>> + Send;

    /// Inquires at the provider about an operation that waits for its payer.
    fn refresh(ports: &Ports, id: Self::Id) -> impl Future<Output = Result<(), Problem>> + Send {
        let _ = (ports, id);
        async { Ok(()) }
    }
}

pub(crate) enum Progress {
    /// Final: the response to this and every request with the same key.
    Ended(Result<Response, Problem>),
    /// Waits for the payer or a bank: respond now.
    Suspended(Response),
    /// In progress: wait, and respond with this at the timeout.
    Running(Response),
}

enum Start<I> {
    /// Started by this request, or by an earlier one with the same key.
    Started { id: I, is_joined: bool },
    /// Responded to before.
    Responded(Response),
}

/// Responds when the operation has ended, when it waits for the payer or a bank, or after ten
/// seconds with its present state. `begin` writes the documents of a new operation.
pub(crate) async fn run_operation<A: Operation>(
    ports: &Ports,
    call: &Call,
    requester: UserId,
    begin: impl Fn(&mut Tx<'_>) -> Decision<A> + Send + Sync + 'static,
) -> Result<Response, Problem> {
    let (deciding, key) = (call.clone(), call.record_id(&requester.to_string()));
    let reads = Reads::default().and::<Record>(&key).and::<KeyedOperation>(&key);
    let outcome = ports
        .store
        .transact_reading(reads, move |tx| start_once(tx, &deciding, requester, |tx| begin(tx)))
        .await?;
    let (id, is_joined) = match outcome {
        Start::Responded(response) => return Ok(response),
        Start::Started { id, is_joined } => (id, is_joined),
    };
    A::work(ports).push(id);
    if is_joined {
        A::refresh(ports, id).await?;
    }
    let progress = wait_for_end::<A>(ports, id).await?;
    respond_once(ports, call, requester, progress).await
}

/// Whether an earlier request with the same key started an operation or was responded to.
pub(crate) fn is_repeat(tx: &mut Tx<'_>, call: &Call, requester: UserId) -> Loaded<bool> {
    let requester = requester.to_string();
    let Some(key) = call.record_id(&requester) else { return Ok(false) };
    Ok(recorded(tx, &requester, call)?.is_some() || tx.get::<KeyedOperation>(key)?.is_some())
}

/// A permanent refusal is stored as the key's response.
fn start_once<A: Operation>(
    tx: &mut Tx<'_>,
    call: &Call,
    requester: UserId,
    begin: impl FnOnce(&mut Tx<'_>) -> Decision<A>,
) -> Decision<Start<A::Id>> {
    let requester = requester.to_string();
    if let Some(response) = recorded(tx, &requester, call)? {
        return Ok(Start::Responded(response));
    }
    let key = call.record_id(&requester).zip(call.fingerprint());
    if let Some((key, _)) = &key
        && let Some(attempt) = tx.get::<KeyedOperation>(key)?
    {
        return Ok(match call.repeats(&attempt.fingerprint) {
            Ok(()) => Start::Started { id: attempt.began.into(), is_joined: true },
            Err(problem) => Start::Responded(problem.into_response(&call.request_id)),
        });
    }
    let savepoint = tx.savepoint();
    match begin(tx) {
        Ok(operation) => {
            let (id, started_at) = (operation.id(), operation.began_at());
            if let Some((key, fingerprint)) = key {
                let fingerprint = fingerprint.to_owned();
                tx.insert(KeyedOperation { id: key, began: id.into(), fingerprint, started_at });
            }
            Ok(Start::Started { id, is_joined: false })
        }
        Err(Stop::Refused(refusal)) if call.has_key() && !refusal.is_temporary() => {
            tx.roll_back_to(savepoint);
            let response = Problem::from(refusal).into_response(&call.request_id);
            record(tx, &requester, call, &response);
            Ok(Start::Responded(response))
        }
        Err(stop) => Err(stop),
    }
}

async fn wait_for_end<A: Operation>(ports: &Ports, id: A::Id) -> Result<Progress, Problem> {
    let until = ports.clock.now().plus(WAIT_MAX);
    let read = async || {
        let operation = ports.store.find::<A>(&id.to_string()).await?;
        let operation = operation.ok_or(Problem::from(Refusal::UnknownPayment))?;
        operation.progress(ports).await
    };
    let has_ended = |progress: &Progress| !matches!(progress, Progress::Running(_));
    let limits = (&ports.clock, until, READ_BACKOFF);
    A::work(ports).completions.read_until(id, limits, has_ended, read).await
}

/// The first final response is stored under the key, and repeats receive it.
async fn respond_once(
    ports: &Ports,
    call: &Call,
    requester: UserId,
    progress: Progress,
) -> Result<Response, Problem> {
    let response = match progress {
        Progress::Ended(response) => response,
        Progress::Suspended(response) | Progress::Running(response) => return Ok(response),
    };
    if !call.has_key() {
        return response;
    }
    let response = response.unwrap_or_else(|problem| problem.into_response(&call.request_id));
    let (call, requester) = (call.clone(), requester.to_string());
    let respond = move |tx: &mut Tx<'_>| once(tx, &requester, &call, |_| Ok(response.clone()));
    ports.store.transact(respond).await.map_err(|failure: Failure<Refusal>| failure.into())
}
