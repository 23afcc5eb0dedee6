//! Requests that pay: an attempt is begun once a key, its end is waited for, and the first final answer to a key stays the answer.

use std::time::Duration;

use actix_web::http::StatusCode;
use contract::{PaymentId, UserId};
use store::{Failure, Stop, Tx};
use web::idempotency::{record, recorded};
use web::{Answer, Call, Code, Problem};

use crate::Ports;
use crate::documents::Attempt;
use crate::domain::{Payment, Refusal, State};
use crate::routes::views::PaymentView;

/// How long a request waits for the end of a payment.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// Wait between two looks at a payment that another process may be pursuing.
const LOOK_PERIOD: Duration = Duration::from_millis(250);

/// What beginning a payment came to.
enum Begun {
    /// It is under way, begun now or by an earlier request with the same key.
    Payment(PaymentId),
    /// The answer was given before.
    Answered(Answer),
}

/// Begins a payment, or joins the one that the same key began, and answers when it has ended, when the payer has to do something, or
/// after ten seconds as it stands then. `begin` writes all that a new payment needs.
///
/// # Errors
/// [`Problem`]: what `begin` refuses, an end without money, an outage.
pub(crate) async fn pay(
    ports: &Ports,
    call: &Call,
    payer: UserId,
    begin: impl Fn(&mut Tx<'_>, PaymentId) -> Result<Payment, Stop<Refusal>> + Send + Sync + 'static,
) -> Result<Answer, Problem> {
    let id = PaymentId::from(ports.ids.next(ports.clock.now()));
    let deciding = call.clone();
    let begun = ports
        .store
        .transact(move |tx| begin_once(tx, &deciding, payer, |tx| begin(tx, id)))
        .await?;
    match begun {
        Begun::Answered(answer) => Ok(answer),
        Begun::Payment(id) => {
            ports.work.notify_one();
            let payment = wait_for_end(ports, id).await?;
            answer_once(ports, call, payer, &payment).await
        }
    }
}

/// Begins an attempt, or joins the one that the same key began; a refusal is recorded as the key's answer.
fn begin_once(
    tx: &mut Tx<'_>,
    call: &Call,
    payer: UserId,
    begin: impl FnOnce(&mut Tx<'_>) -> Result<Payment, Stop<Refusal>>,
) -> Result<Begun, Stop<Refusal>> {
    let requester = payer.to_string();
    if let Some(answer) = recorded(tx, &requester, call)? {
        return Ok(Begun::Answered(answer));
    }
    let key = call.record_id(&requester).zip(call.fingerprint());
    if let Some((key, _)) = &key
        && let Some(attempt) = tx.get::<Attempt>(key)?
    {
        return Ok(match call.repeats(&attempt.fingerprint) {
            Ok(()) => Begun::Payment(attempt.payment_id),
            Err(problem) => Begun::Answered(problem.into_answer(&call.request_id)),
        });
    }
    let savepoint = tx.savepoint();
    match begin(tx) {
        Ok(payment) => {
            if let Some((id, fingerprint)) = key {
                let (payment_id, started_at) = (payment.id, payment.started_at);
                let fingerprint = fingerprint.to_owned();
                tx.insert(Attempt { id, payment_id, fingerprint, started_at });
            }
            Ok(Begun::Payment(payment.id))
        }
        Err(Stop::Refused(refusal)) if call.has_key() => {
            tx.roll_back_to(savepoint);
            let answer = Problem::from(refusal).into_answer(&call.request_id);
            record(tx, &requester, call, &answer);
            Ok(Begun::Answered(answer))
        }
        Err(stop) => Err(stop),
    }
}

/// Waits until the payment has ended, within the bound; answers it as it stands.
async fn wait_for_end(ports: &Ports, id: PaymentId) -> Result<Payment, Problem> {
    let until = ports.clock.now().plus(WAIT_MAX);
    let ending = ports.endings.of(id);
    loop {
        let announced = ending.announced();
        tokio::pin!(announced);
        // From here on an end is noticed, although nobody awaits it yet.
        announced.as_mut().enable();
        let payment = ports.store.find::<Payment>(&id.to_string()).await?;
        let payment = payment.ok_or(Problem::from(Refusal::UnknownPayment))?;
        let now = ports.clock.now();
        let is_the_payers_turn = matches!(payment.state, State::RequiresAction { .. });
        if final_answer(&payment).is_some() || is_the_payers_turn || now >= until {
            return Ok(payment);
        }
        tokio::select! {
            () = announced => {}
            () = ports.clock.sleep_until(until.min(now.plus(LOOK_PERIOD))) => {}
        }
    }
}

/// What the end of a payment is answered with; `None` before it.
fn final_answer(payment: &Payment) -> Option<Result<Answer, Problem>> {
    match &payment.state {
        State::Started { .. }
        | State::Opened { .. }
        | State::RequiresAction { .. }
        | State::Authorized { .. }
        | State::Capturing { .. }
        | State::Voiding { .. } => None,
        State::Captured { .. } => {
            let place = format!("/api/payments/{}", payment.id);
            Some(Ok(Answer::created(place, &PaymentView::from(payment))))
        }
        State::Voided { reason, .. } => Some(Err(Refusal::from(*reason).into())),
        State::Declined { reason, .. } => {
            let detail = format!("The card was declined: {reason}");
            Some(Err(Problem::new(Code::PaymentDeclined).detail(detail)))
        }
    }
}

/// Answers; the first final answer to a key is recorded, and every repeat gets that one.
async fn answer_once(
    ports: &Ports,
    call: &Call,
    payer: UserId,
    payment: &Payment,
) -> Result<Answer, Problem> {
    let Some(answer) = final_answer(payment) else {
        return Ok(Answer::json(StatusCode::ACCEPTED, &PaymentView::from(payment)));
    };
    if !call.has_key() {
        return answer;
    }
    let answer = answer.unwrap_or_else(|problem| problem.into_answer(&call.request_id));
    let (call, requester) = (call.clone(), payer.to_string());
    let recording = ports.store.transact(move |tx| {
        if let Some(first) = recorded(tx, &requester, &call)? {
            return Ok(first);
        }
        record(tx, &requester, &call, &answer);
        Ok(answer.clone())
    });
    recording.await.map_err(|failure: Failure<Refusal>| failure.into())
}
