//! Commands of refunds: the change of the refund, its payment and the accounts, and the messages,
//! in one transaction.

use actix_web::http::StatusCode;
use contract::amount_rules::AmountRules;
use contract::inventory::InventoryState;
use contract::payment::{REFUNDED, ReturnedUnits};
use contract::{Decided, Id, PaymentId, RefundId, TicketId, Timestamp, UserId};
use store::{Stop, Tx};
use web::{Answer, Problem};

use crate::attempts::{Attempted, Standing};
use crate::domain::refund::{Command, Destination, Event, Method, RefundRequest, State};
use crate::domain::{Account, OrderCopy, Payment, Refund, Refusal};
use crate::endings::Endings;
use crate::routes::views::RefundView;
use crate::work::Work;
use crate::{Ports, ledger};

/// Requests a refund, and debits the accounts that bear it. A refund to credit succeeds at once.
///
/// # Errors
/// [`Refusal::UnknownPayment`], [`Refusal::NotRefundable`], and those of [`RefundRequest::decide`].
pub(crate) fn request(
    tx: &mut Tx<'_>,
    payment_id: PaymentId,
    request: &RefundRequest,
    rules: AmountRules,
) -> Result<Refund, Stop<Refusal>> {
    let (payment, refund) = decide(tx, payment_id, request, rules)?;
    book(tx, &payment, &refund)?;
    Ok(refund)
}

/// Books a new refund, writes it and publishes the change. A refund that has succeeded is booked as
/// paid.
///
/// # Errors
/// [`Refusal::NotCaptured`], and those of [`ledger::post`].
pub(crate) fn book(
    tx: &mut Tx<'_>,
    payment: &Payment,
    refund: &Refund,
) -> Result<(), Stop<Refusal>> {
    let mut after = payment.claim(refund)?;
    ledger::post(tx, &refund.booked_at_request())?;
    if refund.is_settled() {
        if matches!(refund.to, Destination::Card { .. }) {
            ledger::post(tx, &refund.booked_when_paid())?;
        }
        after = after.refund_paid(refund)?;
    }
    save(tx, payment, after);
    tx.insert(refund.clone());
    Ok(())
}

/// Decides a request for a refund from the stored documents, without writing.
///
/// # Errors
/// As [`request`].
pub(crate) fn decide(
    tx: &mut Tx<'_>,
    payment_id: PaymentId,
    request: &RefundRequest,
    rules: AmountRules,
) -> Result<(Payment, Refund), Stop<Refusal>> {
    let payment = tx.get::<Payment>(payment_id)?.ok_or(Refusal::UnknownPayment)?;
    let (order, accounts) = parties_of(tx, &payment)?;
    let refund = request.decide(&payment, order.as_ref(), &accounts, tx.now())?;
    if refund.method() == Method::Card {
        rules.check_refund(refund.amount).map_err(Refusal::NotRefundable)?;
    }
    Ok((payment, refund))
}

/// Applies a command to a refund: writes, posts to the ledger and publishes.
///
/// # Errors
/// [`Refusal::UnknownRefund`], and those of [`Refund::decide`].
pub(crate) fn command(
    tx: &mut Tx<'_>,
    id: RefundId,
    command: Command,
) -> Result<Refund, Stop<Refusal>> {
    let known = tx.get::<Refund>(id)?.ok_or(Refusal::UnknownRefund)?;
    let refund = match known.decide(command, tx.now())? {
        Decided::AlreadyApplied => return Ok(known),
        Decided::Applied(refund, Event::Advanced) => refund,
        Decided::Applied(refund, Event::Paid) => {
            let payment = payment_of(tx, &refund)?;
            ledger::post(tx, &refund.booked_when_paid())?;
            let after = payment.refund_paid(&refund)?;
            save(tx, &payment, after);
            refund
        }
        Decided::Applied(refund, Event::Failed | Event::CameBack) => {
            let payment = payment_of(tx, &refund)?;
            let order = order_of(tx, &payment)?;
            let owed = payment.owed_for_units(&refund, order.as_ref())?;
            let refund = refund.crediting(owed);
            for booked in refund.booked_when_not_given() {
                ledger::post(tx, &booked)?;
            }
            // The refund may have failed because a refund or dispute at the provider used the
            // money.
            let has_news = payment.reference().is_some();
            let after = Payment { has_news, ..payment.refund_not_given(&refund)? };
            save(tx, &payment, after);
            Box::new(refund)
        }
    };
    tx.save((*refund).clone());
    Ok(*refund)
}

/// Refunds captured money that no order accepts: from the payer's account to the card.
///
/// # Errors
/// [`Refusal::NotCaptured`], and those of [`ledger::post`].
pub(crate) fn give_back(tx: &mut Tx<'_>, payment: &Payment) -> Result<Payment, Stop<Refusal>> {
    let taken = payment.taken().ok_or(Refusal::NotCaptured)?;
    let refund = Refund::of_returned(payment, taken, tx.now())?;
    let payment = payment.claim(&refund)?;
    ledger::post(tx, &refund.booked_at_request())?;
    tx.insert(refund);
    Ok(payment)
}

/// Counts a refund that has ended, by its end.
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

/// The copy of the paid order, if there is one.
pub(crate) fn order_of(
    tx: &mut Tx<'_>,
    payment: &Payment,
) -> Result<Option<OrderCopy>, Stop<Refusal>> {
    match payment.order_id() {
        Some(order_id) => Ok(tx.get::<OrderCopy>(order_id)?),
        None => Ok(None),
    }
}

/// The copy of the paid order, and the accounts that may bear a refund: those of the sellers and
/// the payer.
pub(crate) fn parties_of(
    tx: &mut Tx<'_>,
    payment: &Payment,
) -> Result<(Option<OrderCopy>, Vec<Account>), Stop<Refusal>> {
    let order = order_of(tx, payment)?;
    let mut users = order.as_ref().map(OrderCopy::sellers).unwrap_or_default();
    // The payer bears a refund of money that paid no order.
    users.insert(payment.buyer);
    let users: Vec<UserId> = users.into_iter().collect();
    let accounts = tx.get_all::<Account>(&users)?;
    Ok((order, accounts.into_iter().flatten().collect()))
}

fn payment_of(tx: &mut Tx<'_>, refund: &Refund) -> Result<Payment, Stop<Refusal>> {
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

impl Attempted for Refund {
    type Id = RefundId;

    fn began(&self) -> (Id, Timestamp) {
        (self.id.untyped(), self.requested_at)
    }

    fn endings(ports: &Ports) -> &Endings<RefundId> {
        &ports.refund_endings
    }

    fn work(ports: &Ports) -> &Work<RefundId> {
        &ports.refund_work
    }

    async fn standing(&self, ports: &Ports) -> Result<Standing, Problem> {
        let as_it_stands = || Answer::json(StatusCode::ACCEPTED, &RefundView::from(self));
        Ok(match &self.state {
            State::Requested { reference: None } => Standing::UnderWay(as_it_stands()),
            // The payer's bank has not decided.
            State::Requested { reference: Some(_) } => Standing::Elsewhere(as_it_stands()),
            State::Succeeded { .. } | State::Failed { .. } | State::Credited { .. } => {
                match units_on_sale(ports, self).await? {
                    None => Standing::UnderWay(as_it_stands()),
                    Some(stock) => {
                        let place = format!("/api/payments/{}/refunds", self.payment_id);
                        let answer = Answer::created(place, &RefundView::from(self));
                        let answer = stock.into_iter().fold(answer, |answer, (id, version)| {
                            answer.seen_version::<InventoryState>(id.untyped(), version)
                        });
                        Standing::Ended(Ok(answer))
                    }
                }
            }
        })
    }
}

/// The tickets whose units orders has put on sale again for a refund, each with the version of its
/// inventory; `None` until all units are on sale. An order after the response can reserve them.
async fn units_on_sale(
    ports: &Ports,
    refund: &Refund,
) -> Result<Option<Vec<(TicketId, u64)>>, Problem> {
    let order_id = refund.order_id.filter(|_| refund.was_paid() && !refund.returns.is_empty());
    let Some(order_id) = order_id else { return Ok(Some(Vec::new())) };
    let payment = ports.store.find::<Payment>(&refund.payment_id.to_string()).await?;
    let payment = payment.ok_or(Problem::from(Refusal::UnknownPayment))?;
    let is_own =
        |units: &&ReturnedUnits| refund.returns.iter().any(|own| own.ticket_id == units.ticket_id);
    let returned = payment.refunds().into_iter().flat_map(|refunds| &refunds.returned);
    let returned: Vec<ReturnedUnits> = returned.filter(is_own).copied().collect();
    let copy = ports.store.find::<OrderCopy>(&order_id.to_string()).await?;
    let copy = copy.filter(|copy| copy.has_returned(&returned));
    Ok(copy.map(|copy| {
        let items = copy.order.items.iter();
        let own = items.filter(|item| returned.iter().any(|own| own.ticket_id == item.ticket_id));
        own.filter_map(|item| item.returned_in_version.map(|at| (item.ticket_id, at))).collect()
    }))
}
