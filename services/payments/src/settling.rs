//! A payment's change, together with what it means for its order's copy and the messages that tell of it.

use contract::payment::{
    AUTHORIZED, CAPTURED, DECLINED, PaymentState, PaymentStatus, REFUNDED, STARTED, VOIDED,
};
use contract::{MessageType, PaymentId};
use store::{Stop, Tx};

use crate::domain::{
    Command, OrderCopy, Outcome, Payment, Purpose, Refusal, State, Verdict, booking,
};
use crate::ledger;

/// Decides a command on a payment, settles it by what it is for, and writes and publishes what follows.
///
/// # Errors
/// [`Refusal::UnknownPayment`], and what [`Payment::decide`] refuses.
pub(crate) fn command(
    tx: &mut Tx<'_>,
    id: PaymentId,
    command: Command,
) -> Result<Payment, Stop<Refusal>> {
    let known = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let decided = apply(tx, &known, command)?;
    let verdict = verdict(tx, &decided)?;
    let settled = apply(tx, &decided, Command::Settle(verdict))?;
    if settled != known {
        book(tx, Some(&known), &settled)?;
        free_the_order(tx, &settled)?;
        tx.save(settled.clone());
    }
    Ok(settled)
}

/// Settles a payment by what it is for.
///
/// # Errors
/// As [`command`].
pub(crate) fn settle(tx: &mut Tx<'_>, id: PaymentId) -> Result<Payment, Stop<Refusal>> {
    command(tx, id, Command::Settle(Verdict::Wait))
}

/// Counts a payment that has ended between these two.
pub(crate) fn count_end(before: &Payment, after: &Payment) {
    let end = match after.state {
        State::Captured { .. } => "captured",
        State::Voided { .. } => "voided",
        State::Declined { .. } => "declined",
        State::Started { .. }
        | State::Opened { .. }
        | State::RequiresAction { .. }
        | State::Authorized { .. }
        | State::Capturing { .. }
        | State::Voiding { .. } => return,
    };
    if !before.is_settled() {
        metrics::counter!("payments_ended_total", "end" => end).increment(1);
    }
}

fn apply(tx: &mut Tx<'_>, payment: &Payment, command: Command) -> Result<Payment, Stop<Refusal>> {
    match payment.decide(command, tx.now())? {
        Outcome::Unchanged => Ok(payment.clone()),
        Outcome::Advanced(payment) => Ok(*payment),
        Outcome::Changed(payment) => {
            if let Some(state) = payment.public_state() {
                tx.publish(message_type(&state).of(state));
            }
            Ok(*payment)
        }
    }
}

/// What becomes of the money once it is held: an order has its own say, what is put on an account is taken.
fn verdict(tx: &mut Tx<'_>, payment: &Payment) -> Result<Verdict, Stop<Refusal>> {
    let verdict = match payment.purpose {
        Purpose::TopUp => Verdict::Capture,
        Purpose::Order { order_id } => {
            let copy = tx.get::<OrderCopy>(order_id)?.ok_or(Refusal::UnknownOrder)?;
            copy.verdict(payment.id)
        }
    };
    // A planted bug: the money is taken although the order has not said anything yet.
    #[cfg(feature = "faults")]
    let verdict = match verdict {
        Verdict::Wait if is_planted_capture() => Verdict::Capture,
        verdict => verdict,
    };
    Ok(verdict)
}

#[cfg(feature = "faults")]
fn is_planted_capture() -> bool {
    sources::crash::is_planted(sources::crash::Bug::CaptureBeforeAcceptance)
}

/// Posts what a payment's change means for the accounts. To be called with every change, in its decision.
///
/// # Errors
/// What [`booking`] and [`ledger::post`] refuse.
pub(crate) fn book(
    tx: &mut Tx<'_>,
    before: Option<&Payment>,
    after: &Payment,
) -> Result<(), Stop<Refusal>> {
    let order = match after.purpose {
        Purpose::TopUp => None,
        Purpose::Order { order_id } => tx.get::<OrderCopy>(order_id)?,
    };
    if let Some(transaction) = booking(before, after, order.as_ref())? {
        ledger::post(tx, &transaction)?;
    }
    Ok(())
}

/// A payment that ended without money makes way for another attempt.
fn free_the_order(tx: &mut Tx<'_>, payment: &Payment) -> Result<(), Stop<Refusal>> {
    let ended_without_money =
        matches!(payment.state, State::Declined { .. } | State::Voided { .. });
    if let Purpose::Order { order_id } = payment.purpose
        && ended_without_money
    {
        let copy = tx.get::<OrderCopy>(order_id)?.ok_or(Refusal::UnknownOrder)?;
        if copy.attempt == Some(payment.id) {
            tx.save(copy.give_up(payment.id));
        }
    }
    Ok(())
}

/// The message that tells of a payment in this state.
pub(crate) const fn message_type(state: &PaymentState) -> MessageType<PaymentState> {
    match state.status {
        PaymentStatus::Started => STARTED,
        PaymentStatus::Authorized { .. } => AUTHORIZED,
        PaymentStatus::Captured if state.refunded.is_some() => REFUNDED,
        PaymentStatus::Captured => CAPTURED,
        PaymentStatus::Voided => VOIDED,
        PaymentStatus::Declined { .. } => DECLINED,
    }
}
