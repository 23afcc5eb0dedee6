//! Commands of payments: each changes the payment, the order's copy and accounts, and publishes.

use contract::amount_rules::AmountRules;
use contract::payment::{
    AUTHORIZED, CAPTURED, DECLINED, PaymentState, PaymentStatus, REFUNDED, STARTED, VOIDED,
};
use contract::{Decided, MessageType, Money, OrderId, PaymentId, RefundId, Timestamp, UserId};
use service::person;
use store::{Tx, Unavailable};

use super::card_limits::RequestLimits;
use crate::domain::{
    Change, Command, Holder, OrderCopy, Payment, Purpose, Refusal, State, Token, Verdict, booking,
};
use crate::refusal::Decision;
use crate::{Ports, commands, ledger};

#[derive(Debug, Clone)]
pub(crate) enum PaymentSource {
    /// A card, as the provider knows it.
    Card(Token),
    /// The payer's credit.
    Credit,
}

/// Starts the payment of an order; [`Refusal::NotChargeable`] if no card can be charged its total.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    id: PaymentId,
    order_id: OrderId,
    payer: UserId,
    (source, rules, limits): (&PaymentSource, AmountRules, &RequestLimits),
) -> Decision<Payment> {
    let copy = tx.get::<OrderCopy>(order_id)?.ok_or(Refusal::UnknownOrder)?;
    let copy = copy.begin(id, payer, tx.now())?;
    let amount = copy.order.total;
    let new = |state| Payment::new(id, Purpose::Order { order_id }, payer, amount, state, tx.now());
    let started = match source {
        PaymentSource::Card(token) => {
            // An order placed under earlier rules; the provider is not called.
            rules.check_charge(amount).map_err(Refusal::NotChargeable)?;
            let started = new(State::Started { token: token.clone() });
            Payment { counted: limits.count(tx, payer, token)?, ..started }
        }
        // The credit is reserved at once, so that this payment starts authorised.
        PaymentSource::Credit => {
            let state = State::Authorized { holder: Holder::Ledger, authorized_at: tx.now() };
            Payment { version: 2, ..new(state) }
        }
    };
    tx.save(copy);
    book(tx, None, &started)?;
    if let Some(state) = started.public_state() {
        let first = PaymentState { version: 1, status: PaymentStatus::Started, ..state.clone() };
        tx.publish(STARTED.of(first));
        match source {
            PaymentSource::Card(_) => {}
            PaymentSource::Credit => tx.publish(AUTHORIZED.of(state)),
        }
    }
    tx.insert(started.clone());
    Ok(started)
}

/// Starts a top-up by card; [`Refusal::PayerErased`] if the payer's account is erased.
pub(crate) fn begin_top_up(
    tx: &mut Tx<'_>,
    id: PaymentId,
    (payer, amount): (UserId, Money),
    token: Token,
    limits: &RequestLimits,
) -> Decision<Payment> {
    if person::is_erased(tx, payer)? {
        return Err(Refusal::PayerErased.into());
    }
    let counted = limits.count(tx, payer, &token)?;
    let state = State::Started { token };
    let started = Payment::new(id, Purpose::TopUp, payer, amount, state, tx.now());
    let started = Payment { counted, ..started };
    tx.insert(started.clone());
    Ok(started)
}

/// Applies a command to a payment and then the verdict of its order or top-up.
pub(crate) fn apply(tx: &mut Tx<'_>, id: PaymentId, command: Command) -> Decision<Payment> {
    let known = tx.get::<Payment>(id)?.ok_or(Refusal::UnknownPayment)?;
    let decided = decide(tx, &known, command)?;
    let (verdict, deadline) = verdict_and_deadline(tx, &decided)?;
    let mut settled =
        decide(tx, &decided, Command::Resolve(verdict))?.with_deadline(deadline, tx.now());
    if settled != known {
        book(tx, Some(&known), &settled)?;
        if is_returned(&settled) && !is_returned(&known) {
            settled = commands::refund::refund_returned(tx, &settled)?;
        }
        if settled.is_sold() && !known.is_sold() {
            commands::sale::change_money(tx, &settled)?;
        }
        release_order(tx, &settled)?;
        settled = commands::card_limits::end_attempt(tx, &known, settled)?;
        tx.save(settled.clone());
    }
    Ok(settled)
}

/// Applies the verdict of the payment's order or top-up.
pub(crate) fn resolve(tx: &mut Tx<'_>, id: PaymentId) -> Decision<Payment> {
    apply(tx, id, Command::Resolve(Verdict::Wait))
}

pub(crate) async fn inquire(ports: &Ports, id: PaymentId) -> Result<(), Unavailable> {
    let inquiring = move |tx: &mut Tx<'_>| apply(tx, id, Command::Inquire);
    let failed = "inquiry was not requested";
    if ports.decide("payment", id, failed, inquiring).await?.is_some() {
        ports.payments.push(id);
    }
    Ok(())
}

/// Wakes the requests that wait for a payment, and the loop of refunds.
pub(crate) fn notify(ports: &Ports, before: &Payment, after: &Payment) {
    count_end(before, after);
    if is_returned(after) {
        ports.refunds.push(RefundId::new(after.id.untyped()));
    }
    let requires_action = matches!(after.state, State::RequiresAction { .. });
    if requires_action {
        // The provider has just returned the status.
        ports.inquiry_limit.admit(after.id, ports.clock.now());
    }
    if requires_action || after.is_settled() {
        ports.payments.completions.notify(after.id);
    }
}

/// Counts a payment that has ended by this change, and logs what operators must know.
pub(crate) fn count_end(before: &Payment, after: &Payment) {
    let payment = after.id;
    if is_returned(after) && !is_returned(before) {
        let taken = after.captured_amount().map(|taken| taken.to_decimal().to_string());
        tracing::warn!(%payment, taken, "the provider captured money that no order accepts; it is refunded");
    }
    commands::card_limits::count_outcome(before, after);
    let is_accepted = matches!(before.state, State::Capturing { .. });
    if let Some(order_id) = after.order_id()
        && is_accepted
        && after.has_ended_without_money()
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

/// The buyer has a complete order without payment: it was cancelled at the provider.
pub(crate) fn count_unpaid(order: OrderId, payment: PaymentId) {
    metrics::counter!("orders_unpaid_total").increment(1);
    tracing::warn!(%order, %payment, "a complete order is unpaid: its payment was cancelled at the provider");
}

const fn is_returned(payment: &Payment) -> bool {
    matches!(payment.state, State::Returned { .. })
}

fn decide(tx: &mut Tx<'_>, payment: &Payment, command: Command) -> Decision<Payment> {
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

/// The verdict of the order on its payment, and its deadline; a top-up is captured.
fn verdict_and_deadline(
    tx: &mut Tx<'_>,
    payment: &Payment,
) -> Decision<(Verdict, Option<Timestamp>)> {
    let Purpose::Order { order_id } = payment.purpose else { return Ok((Verdict::Capture, None)) };
    let copy = tx.get::<OrderCopy>(order_id)?.ok_or(Refusal::UnknownOrder)?;
    Ok((copy.verdict(payment.id), Some(copy.order.expires_at)))
}

/// Posts the booking of a payment's change. Every change calls it in its decision.
fn book(tx: &mut Tx<'_>, before: Option<&Payment>, after: &Payment) -> Decision<()> {
    let order = commands::refund::order_of(tx, after)?;
    if let Some(transaction) = booking(before, after, order.as_ref())? {
        ledger::post::post(tx, &transaction)?;
    }
    Ok(())
}

/// Ends the order's payment in progress without money, so that another can start; a refund that
/// waits for the payment is due now.
fn release_order(tx: &mut Tx<'_>, payment: &Payment) -> Decision<()> {
    if let Purpose::Order { order_id } = payment.purpose
        && payment.has_ended_without_money()
    {
        let copy = tx.get::<OrderCopy>(order_id)?.ok_or(Refusal::UnknownOrder)?;
        commands::sale::end_payment(tx, &copy.order, payment)?;
        if copy.attempt == Some(payment.id) {
            tx.save(copy.end_attempt(payment.id));
        }
    }
    Ok(())
}

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
