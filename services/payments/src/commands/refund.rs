//! Commands of refunds: each changes the refund, its payment and the accounts, and publishes.

use contract::amount_rules::AmountRules;
use contract::payment::REFUNDED;
use contract::{Decided, PaymentId, RefundId, UserId};
use store::Tx;

use crate::domain::refund::{
    Command, Destination, Event, Method, Origin, RefundRequest, Requester, State,
};
use crate::domain::{Account, OrderCopy, Payment, Refund, Refusal, ShowRefunds};
use crate::refusal::Decision;
use crate::{commands, ledger};

/// Requests a refund, and debits the accounts that bear it. A refund to credit succeeds at once;
/// [`Refusal::NotRefundable`] if the provider does not refund the amount to a card.
pub(crate) fn request(
    tx: &mut Tx<'_>,
    payment_id: PaymentId,
    request: &RefundRequest,
    rules: AmountRules,
) -> Decision<Refund> {
    let (payment, refund) = decide(tx, payment_id, request, rules)?;
    book(tx, &payment, &refund)?;
    Ok(refund)
}

/// Books a new refund; one that has succeeded is booked as paid.
pub(crate) fn book(tx: &mut Tx<'_>, payment: &Payment, refund: &Refund) -> Decision<()> {
    let mut after = payment.claim(refund)?;
    ledger::post::post(tx, &refund.booked_at_request())?;
    if refund.is_settled() {
        if matches!(refund.to, Destination::Card { .. }) {
            ledger::post::post(tx, &refund.booked_when_paid())?;
        }
        after = after.refund_paid(refund)?;
    }
    commands::sale::change_refund(tx, &after, refund, refund.amount.minor_units)?;
    save(tx, payment, after);
    tx.insert(refund.clone());
    Ok(())
}

/// Decides a request for a refund from the stored documents, without writing.
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    payment_id: PaymentId,
    request: &RefundRequest,
    rules: AmountRules,
) -> Decision<(Payment, Refund)> {
    let payment = tx.get::<Payment>(payment_id)?.ok_or(Refusal::UnknownPayment)?;
    let (order, accounts) = order_and_accounts(tx, &payment)?;
    if let Requester::Payer(_) = request.by {
        admit_payer(tx, &payment, order.as_ref())?;
    }
    let refund = request.decide(&payment, order.as_ref(), &accounts, tx.now())?;
    if refund.method() == Method::Card {
        rules.check_refund(refund.amount).map_err(Refusal::NotRefundable)?;
    }
    Ok((payment, refund))
}

/// [`Refusal::NotPostponed`] or [`Refusal::RefundPeriodOver`], unless the order's show is postponed
/// and its payer may return units.
fn admit_payer(tx: &mut Tx<'_>, payment: &Payment, order: Option<&OrderCopy>) -> Decision<()> {
    let order = &order.ok_or(Refusal::NotPostponed)?.order;
    let show_id = order.show_id.ok_or(Refusal::NotPostponed)?;
    let show = tx.get::<ShowRefunds>(show_id)?.ok_or(Refusal::NotPostponed)?;
    Ok(show.admit_payer(order, payment, tx.now())?)
}

pub(crate) fn apply(tx: &mut Tx<'_>, id: RefundId, command: Command) -> Decision<Refund> {
    let known = tx.get::<Refund>(id)?.ok_or(Refusal::UnknownRefund)?;
    let refund = match known.decide(command, tx.now())? {
        Decided::AlreadyApplied => return Ok(known),
        Decided::Applied(refund, Event::Advanced) => refund,
        Decided::Applied(refund, Event::Paid) => {
            let payment = payment_of(tx, &refund)?;
            ledger::post::post(tx, &refund.booked_when_paid())?;
            let after = payment.refund_paid(&refund)?;
            // The money of the sale has changed with the request.
            if refund.origin == Origin::ShowCancelled {
                commands::sale::change_refund(tx, &after, &refund, 0)?;
            }
            save(tx, &payment, after);
            refund
        }
        Decided::Applied(refund, Event::Failed | Event::CameBack) => {
            let payment = payment_of(tx, &refund)?;
            let order = order_of(tx, &payment)?;
            let owed = payment.owed_for_units(&refund, order.as_ref())?;
            let refund = refund.crediting(owed);
            for booked in refund.booked_when_not_given() {
                ledger::post::post(tx, &booked)?;
            }
            // A refund or dispute at the provider may have used the money.
            let has_news = payment.reference().is_some();
            let after = Payment { has_news, ..payment.refund_not_given(&refund)? };
            commands::sale::change_refund(tx, &after, &refund, -refund.not_given())?;
            save(tx, &payment, after);
            Box::new(refund)
        }
    };
    tx.save((*refund).clone());
    Ok(*refund)
}

/// Refunds captured money that no order accepts: from the payer's account to the card.
pub(crate) fn refund_returned(tx: &mut Tx<'_>, payment: &Payment) -> Decision<Payment> {
    let taken = payment.captured_amount().ok_or(Refusal::NotCaptured)?;
    let refund = Refund::of_returned(payment, taken, tx.now())?;
    let payment = payment.claim(&refund)?;
    ledger::post::post(tx, &refund.booked_at_request())?;
    tx.insert(refund);
    Ok(payment)
}

pub(crate) fn count_end(refund: &Refund) {
    let end = match refund.state {
        State::Requested { .. } => return,
        State::Succeeded { .. } => "succeeded",
        State::Failed { paid_at: None, .. } | State::Credited { paid_at: None, .. } => "failed",
        State::Failed { paid_at: Some(_), .. } | State::Credited { paid_at: Some(_), .. } => {
            "came_back"
        }
    };
    metrics::counter!("refunds_ended_total", "end" => end).increment(1);
}

pub(crate) fn order_of(tx: &mut Tx<'_>, payment: &Payment) -> Decision<Option<OrderCopy>> {
    match payment.order_id() {
        Some(order_id) => Ok(tx.get::<OrderCopy>(order_id)?),
        None => Ok(None),
    }
}

/// The copy of the paid order, and the accounts that may bear a refund.
pub(crate) fn order_and_accounts(
    tx: &mut Tx<'_>,
    payment: &Payment,
) -> Decision<(Option<OrderCopy>, Vec<Account>)> {
    let order = order_of(tx, payment)?;
    let mut users = order.as_ref().map(OrderCopy::sellers).unwrap_or_default();
    // The payer bears a refund of money that paid no order.
    users.insert(payment.buyer);
    let users: Vec<UserId> = users.into_iter().collect();
    let accounts = tx.get_all::<Account>(&users)?;
    Ok((order, accounts.into_iter().flatten().collect()))
}

fn payment_of(tx: &mut Tx<'_>, refund: &Refund) -> Decision<Payment> {
    Ok(tx.get::<Payment>(refund.payment_id)?.ok_or(Refusal::UnknownPayment)?)
}

/// Stores a payment after a change of its refunds, and publishes it if its version has increased.
fn save(tx: &mut Tx<'_>, before: &Payment, after: Payment) {
    if after.version > before.version
        && let Some(state) = after.public_state()
    {
        tx.publish(REFUNDED.of(state));
    }
    tx.save(after);
}
