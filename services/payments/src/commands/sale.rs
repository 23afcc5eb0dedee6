//! Commands of sales: each change of the money of a payment for a show changes the sale in the same
//! commit, so that sales never differ from the ledger.

use bus::Handled;
use contract::order::OrderState;
use contract::{OrderId, ShowId, Timestamp, sale, show_refunds};
use store::Tx;

use crate::commands::refund::order_of;
use crate::domain::{Payment, Refund, Refusal, Sale, ShowRefunds, refund_group, resale_group};
use crate::refusal::Decision;

/// Adds the sale of a complete order of a show, or copies the order's returned units. A new sale of
/// a show whose cancellation is stored is marked at once; a cancellation in the same moment
/// conflicts with this commit.
pub(crate) fn copy(tx: &mut Tx<'_>, order: &OrderState) -> Decision<()> {
    let Some(new) = Sale::of(order) else { return Ok(()) };
    // Loaded together.
    let (known, show) = (tx.get::<Sale>(order.id), group_of(tx, &new));
    let (known, show) = (known?, show?);
    if let Some(known) = known {
        return store(tx, &known, known.with_items(order));
    }
    let marked = if show.status.is_cancelled() { new.marked(tx.now()) } else { new.clone() };
    save_counted(tx, &show, show.counted(new.refund, marked.refund)?);
    publish(tx, &marked);
    tx.insert(marked);
    Ok(())
}

/// Applies a capture or a dispute.
pub(crate) fn change_money(tx: &mut Tx<'_>, payment: &Payment) -> Decision<()> {
    change(tx, payment, |sale, now| sale.with_money(payment, 0, now))
}

/// Applies a change of a refund: its request, or its end after the payment's change.
pub(crate) fn change_refund(
    tx: &mut Tx<'_>,
    payment: &Payment,
    refund: &Refund,
    refunded_by: i64,
) -> Decision<()> {
    change(tx, payment, |sale, now| {
        Ok(sale.with_money(payment, refunded_by, now)?.after(refund, payment, now))
    })
}

/// Makes the owed refund of a sale due now: its payment has ended without money.
pub(crate) fn end_payment(tx: &mut Tx<'_>, order: &OrderState, payment: &Payment) -> Decision<()> {
    if refund_group(order).is_none() {
        return Ok(());
    }
    let now = tx.now();
    match tx.get::<Sale>(order.id)?.filter(|sale| sale.payment_id == Some(payment.id)) {
        Some(sale) => store(tx, &sale, sale.deferred(now)),
        None => Ok(()),
    }
}

fn change(
    tx: &mut Tx<'_>,
    payment: &Payment,
    change: impl FnOnce(&Sale, Timestamp) -> Result<Sale, Refusal>,
) -> Decision<()> {
    if !payment.is_sold() {
        return Ok(());
    }
    let Some(order) = order_of(tx, payment)? else { return Ok(()) };
    if refund_group(&order.order).is_none() {
        return Ok(());
    }
    let known = tx.get::<Sale>(order.order.id)?.ok_or(Refusal::Contradiction)?;
    if known.payment_id != Some(payment.id) {
        return Ok(());
    }
    let changed = change(&known, tx.now())?;
    store(tx, &known, changed)
}

/// Stores a changed sale, publishes its new state, and counts the change of its refund.
pub(crate) fn store(tx: &mut Tx<'_>, before: &Sale, after: Sale) -> Decision<()> {
    if after == *before {
        return Ok(());
    }
    if after.refund.progress() != before.refund.progress() {
        let show = group_of(tx, &after)?;
        save_counted(tx, &show, show.counted(before.refund, after.refund)?);
    }
    if after.state != before.state {
        publish(tx, &after);
    }
    tx.save(after);
    Ok(())
}

/// The copy of a show; stored as unknown before its first message, so that the decision conflicts
/// with a concurrent cancellation.
pub(crate) fn show_of(tx: &mut Tx<'_>, show_id: ShowId) -> Decision<ShowRefunds> {
    if let Some(known) = tx.get::<ShowRefunds>(show_id)? {
        return Ok(known);
    }
    let unknown = ShowRefunds::unknown(show_id);
    tx.insert(unknown.clone());
    Ok(unknown)
}

/// The group in which a sale is refunded.
fn group_of(tx: &mut Tx<'_>, sale: &Sale) -> Decision<ShowRefunds> {
    let group = sale.state.show_id;
    if sale.resale.is_some() { resale_of(tx, group) } else { show_of(tx, group) }
}

/// The group of an order of a resold admission; stored before its order or the message about the
/// admission, so that neither overlooks the other.
fn resale_of(tx: &mut Tx<'_>, group: ShowId) -> Decision<ShowRefunds> {
    if let Some(known) = tx.get::<ShowRefunds>(group)? {
        return Ok(known);
    }
    let unknown = ShowRefunds { is_resale: true, ..ShowRefunds::unknown(group) };
    tx.insert(unknown.clone());
    Ok(unknown)
}

/// The admission that these orders bought, one after another, is void: all of them are refunded.
pub(crate) fn void_resales(tx: &mut Tx<'_>, orders: &[OrderId]) -> Decision<Handled> {
    let mut handled = Handled::AlreadyApplied;
    for order in orders {
        if let Some(void) = resale_of(tx, resale_group(*order))?.void() {
            tx.save(void);
            handled = Handled::Applied;
        }
    }
    Ok(handled)
}

/// Publishes a first sale, whose numbers its seller reads.
fn publish(tx: &mut Tx<'_>, sale: &Sale) {
    if sale.resale.is_none() {
        tx.publish(sale::CHANGED.of(sale.state.clone()));
    }
}

/// Stores changed numbers with the next version, and publishes them.
pub(crate) fn save_counted(tx: &mut Tx<'_>, before: &ShowRefunds, mut after: ShowRefunds) {
    if after.state != before.state {
        after.state.version = before.state.version + 1;
        if !after.is_resale {
            tx.publish(show_refunds::CHANGED.of(after.state));
        }
    }
    if after != *before {
        tx.save(after);
    }
}
