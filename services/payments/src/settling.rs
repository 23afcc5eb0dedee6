//! A payment's change, together with what it means for its order's copy and the messages that tell of it.

use contract::payment::{
    AUTHORIZED, CAPTURED, DECLINED, PaymentState, PaymentStatus, REFUNDED, STARTED, VOIDED,
};
use contract::{Decided, MessageType, PaymentId, RefundId, Timestamp};
use store::{Failure, Stop, Tx, Unavailable};

use crate::domain::{
    Change, Command, OrderCopy, Payment, Purpose, Refusal, State, Verdict, booking,
};
use crate::{Ports, card_testing, ledger, refunding};

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
    let (verdict, deadline) = order_says(tx, &decided)?;
    let mut settled =
        apply(tx, &decided, Command::Settle(verdict))?.with_deadline(deadline, tx.now());
    if settled != known {
        book(tx, Some(&known), &settled)?;
        if is_returned(&settled) && !is_returned(&known) {
            settled = refunding::give_back(tx, &settled)?;
        }
        free_the_order(tx, &settled)?;
        settled = card_testing::conclude(tx, &known, settled)?;
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

/// Has the provider asked about a payment. A refusal is logged; if the store is busy, a later step of the caller asks again.
///
/// # Errors
/// [`Unavailable`] when the store does not answer.
pub(crate) async fn ask(ports: &Ports, id: PaymentId) -> Result<(), Unavailable> {
    match ports.store.transact(move |tx| command(tx, id, Command::Ask)).await {
        Ok(_) => ports.work.tell(id),
        Err(Failure::Refused(refusal)) => {
            tracing::error!(payment = %id, %refusal, "payment not asked about");
        }
        Err(Failure::Busy) => {}
        Err(Failure::Unavailable(unavailable)) => return Err(unavailable),
    }
    Ok(())
}

/// Wakes the requests that wait for a payment, and the loop of refunds, after a response of the provider.
pub(crate) fn note_end(ports: &Ports, before: &Payment, after: &Payment) {
    count_end(before, after);
    if is_returned(after) {
        ports.refund_work.tell(RefundId::new(after.id.untyped()));
    }
    if matches!(after.state, State::RequiresAction { .. }) {
        ports.last_asked.note(after.id, ports.clock.now());
    }
    // Requests that wait for the end are woken at the end, or when the payment requires action.
    if after.is_settled() || matches!(after.state, State::RequiresAction { .. }) {
        ports.endings.announce(after.id);
    }
}

/// Counts a payment that has ended between these two, and logs what an administrator has to know of it.
pub(crate) fn count_end(before: &Payment, after: &Payment) {
    let payment = after.id;
    if is_returned(after) && !is_returned(before) {
        let taken = after.taken().map(|taken| taken.to_decimal().to_string());
        tracing::warn!(%payment, taken, "money was captured at the provider that no order accepts; it is refunded");
    }
    card_testing::count_outcome(before, after);
    let is_accepted = matches!(before.state, State::Capturing { .. });
    if let Some(order_id) = after.order_id()
        && is_accepted
        && has_ended_without_money(after)
    {
        count_unpaid(order_id, payment);
    }
    let end = match after.state {
        State::Captured { .. } => "captured",
        State::Returned { .. } => "returned",
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

/// Whether it has come to an end in which nothing of its money is the sellers'.
pub(crate) const fn has_ended_without_money(payment: &Payment) -> bool {
    matches!(payment.state, State::Declined { .. } | State::Voided { .. } | State::Returned { .. })
}

/// Counts an order that is complete by a payment which was ended at the provider: its buyer has it for nothing.
pub(crate) fn count_unpaid(order: contract::OrderId, payment: PaymentId) {
    metrics::counter!("orders_unpaid_total").increment(1);
    tracing::warn!(%order, %payment, "an order is complete, and its payment was ended at the provider");
}

const fn is_returned(payment: &Payment) -> bool {
    matches!(payment.state, State::Returned { .. })
}

fn apply(tx: &mut Tx<'_>, payment: &Payment, command: Command) -> Result<Payment, Stop<Refusal>> {
    match payment.decide(command, tx.now())? {
        Decided::AlreadyApplied => Ok(payment.clone()),
        Decided::Applied(payment, Change::Private) => Ok(*payment),
        Decided::Applied(payment, Change::Public) => {
            if let Some(state) = payment.public_state() {
                tx.publish(message_type(&state).of(state));
            }
            Ok(*payment)
        }
    }
}

/// The next step for held money, and its deadline: the order decides about its payment; a top-up is captured.
fn order_says(
    tx: &mut Tx<'_>,
    payment: &Payment,
) -> Result<(Verdict, Option<Timestamp>), Stop<Refusal>> {
    let (verdict, deadline) = match payment.purpose {
        Purpose::TopUp => (Verdict::Capture, None),
        Purpose::Order { order_id } => {
            let copy = tx.get::<OrderCopy>(order_id)?.ok_or(Refusal::UnknownOrder)?;
            (copy.verdict(payment.id), Some(copy.order.expires_at))
        }
    };
    Ok((verdict, deadline))
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
    let order = refunding::order_of(tx, after)?;
    if let Some(transaction) = booking(before, after, order.as_ref())? {
        ledger::post(tx, &transaction)?;
    }
    Ok(())
}

/// A payment that ended without money makes way for another attempt.
fn free_the_order(tx: &mut Tx<'_>, payment: &Payment) -> Result<(), Stop<Refusal>> {
    if let Purpose::Order { order_id } = payment.purpose
        && has_ended_without_money(payment)
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
