//! Commands of refunds of cancelled shows: marks the sales, and requests the refund of each.

use std::time::Duration;

use contract::amount_rules::AmountRules;
use contract::{OrderId, RefundId, ShowId, Timestamp};
use store::Tx;

use crate::commands::refund::{book, order_and_accounts};
use crate::commands::sale::{save_counted, store};
use crate::domain::refund::{Method, Share};
use crate::domain::{NextStep, Payment, Refund, Refusal, Sale, ShowRefund, ShowRefunds};
use crate::refusal::Decision;

/// Delay of the next look at a payment that is not captured or is disputed. Its change comes first;
/// the delay bounds the effect of a lost one.
const LATER: Duration = Duration::from_hours(1);

/// Marks a page of sales of a cancelled show; without sales, the marking has ended.
pub(crate) fn mark(tx: &mut Tx<'_>, show_id: ShowId, sales: &[OrderId]) -> Decision<()> {
    // Loaded together.
    let (show, sales) = (tx.get::<ShowRefunds>(show_id), tx.get_all::<Sale>(sales));
    let (show, sales) = (show?, sales?);
    let Some(before) = show.filter(|show| show.is_marking) else { return Ok(()) };
    let mut after = ShowRefunds { is_marking: !sales.is_empty(), ..before.clone() };
    for sale in sales.into_iter().flatten() {
        let marked = sale.marked(tx.now());
        if marked != sale {
            after = after.counted(sale.refund, marked.refund)?;
            tx.save(marked);
        }
    }
    after.state.is_counted = !after.is_marking;
    save_counted(tx, &before, after);
    Ok(())
}

/// Requests the refund of a sale that is owed one; its claim on the payment, its booking and the
/// sale's state are in the same commit. `None` if the refund is not due any more;
/// [`Refusal::UnknownPayment`] if the payment is lost.
pub(crate) fn request(
    tx: &mut Tx<'_>,
    order_id: OrderId,
    id: RefundId,
    rules: AmountRules,
) -> Decision<Option<Refund>> {
    let now = tx.now();
    let owed = tx.get::<Sale>(order_id)?.filter(|sale| sale.due_at().is_some_and(|at| at <= now));
    let Some(sale) = owed else { return Ok(None) };
    let payment = match sale.payment_id {
        Some(id) => tx.get::<Payment>(id)?,
        None => None,
    };
    let payment = payment.ok_or(Refusal::UnknownPayment)?;
    let (amount, method) = match sale.next_step(&payment) {
        NextStep::Settle => {
            let settled = Sale { refund: ShowRefund::Done, ..sale.clone() };
            store(tx, &sale, settled)?;
            return Ok(None);
        }
        NextStep::Wait => {
            store(tx, &sale, sale.deferred(now.plus(LATER)))?;
            return Ok(None);
        }
        NextStep::Refund(amount) if rules.check_refund(amount).is_ok() => (amount, Method::Card),
        NextStep::Refund(amount) | NextStep::Credit(amount) => (amount, Method::Credit),
    };
    let (order, accounts) = order_and_accounts(tx, &payment)?;
    let parties = (order.as_ref(), accounts.as_slice());
    let refund = Refund::of_cancelled_show(id, &payment, (amount, method), parties, now)?;
    store(tx, &sale, Sale { refund: ShowRefund::Requested { refund_id: id }, ..sale.clone() })?;
    book(tx, &payment, &refund)?;
    Ok(Some(refund))
}

/// Counts and logs the part of a requested refund that the house bears, since the seller has spent
/// the money.
pub(crate) fn count_by_house(refund: &Refund) {
    for Share { seller, by_house, .. } in &refund.shares {
        let minor_units = u64::try_from(by_house.minor_units).unwrap_or_default();
        if minor_units > 0 {
            let currency = by_house.currency.code().to_owned();
            metrics::counter!("show_refunds_by_house_minor_units_total", "currency" => currency)
                .increment(minor_units);
            let (refund, amount) = (refund.id, by_house.to_decimal().to_string());
            let currency = by_house.currency.code();
            tracing::warn!(%refund, %seller, amount, currency, "the house bears a refund of a cancelled show");
        }
    }
}

/// Defers the refund of a sale.
pub(crate) fn defer(tx: &mut Tx<'_>, order_id: OrderId, until: Timestamp) -> Decision<()> {
    match tx.get::<Sale>(order_id)? {
        Some(sale) => store(tx, &sale, sale.deferred(until)),
        None => Ok(()),
    }
}
