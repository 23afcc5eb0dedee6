//! Changes of an order, together with its inventories and messages, in one decision.

mod by_seller;
mod limit;
pub(crate) mod network;
pub(crate) mod payment;
pub(crate) mod place;
pub(crate) mod seller;
pub(crate) mod show;

use contract::order::OrderState;
use contract::order::{CANCELLED, COMPLETED, CREATED, OrderStatus, UPDATED};
use contract::payment::ReturnedUnits;
use contract::{Decided, MessageType, OrderId, PaymentId, inventory};
use store::{Stop, Tx};

use crate::domain::{Cause, Command, Inventory, Order, Refusal, StepKind, Stock};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// The order changed to this status.
    Changed(StepKind),
    /// Only the copies of its payments changed.
    PaymentsCopied,
    Unchanged,
}

impl Effect {
    /// The effect of placing or changing an order.
    pub(crate) fn of(order: &Order) -> Self {
        Self::Changed(order.last_step())
    }

    /// Counts the order if it has ended.
    pub(crate) fn count(self) {
        let end = match self {
            Self::Changed(StepKind::Completed) => "complete",
            Self::Changed(StepKind::CancelledByBuyer) => "cancelled_by_buyer",
            Self::Changed(StepKind::Expired) => "expired",
            Self::Changed(StepKind::ShowCancelled) => "show_cancelled",
            Self::Changed(_) | Self::PaymentsCopied | Self::Unchanged => return,
        };
        metrics::counter!("orders_ended_total", "end" => end).increment(1);
    }
}

/// Decides a command on an order; writes and publishes the results. Errors:
/// [`Refusal::UnknownOrder`], and the refusals of [`Order::decide`].
pub(crate) fn command(
    tx: &mut Tx<'_>,
    order_id: OrderId,
    command: Command,
    cause: &Cause,
) -> Result<Effect, Stop<Refusal>> {
    let order = tx.get::<Order>(order_id)?.ok_or(Refusal::UnknownOrder)?;
    let command = show::command_of(tx, &order, command)?;
    let now = tx.now();
    match order.decide(command, now)? {
        Decided::AlreadyApplied => Ok(Effect::Unchanged),
        Decided::Applied(order, stock) => {
            move_units(tx, &order, stock)?;
            let order = match stock {
                Stock::Keep => *order,
                Stock::Release | Stock::Sell => network::release(tx, *order)?,
            };
            tx.publish(message_type(order.state.status).of(order.state.clone()));
            let step = order.last_step();
            let (order, _) = order.record(step, cause.clone(), now);
            tx.save(order);
            Ok(Effect::Changed(step))
        }
    }
}

/// Returns refunded units to sale; writes and publishes the results. Errors:
/// [`Refusal::UnknownOrder`], and the refusals of [`Order::take_back`].
pub(crate) fn take_back(
    tx: &mut Tx<'_>,
    order_id: OrderId,
    payment_id: PaymentId,
    returned: &[ReturnedUnits],
    cause: &Cause,
) -> Result<Effect, Stop<Refusal>> {
    let order = tx.get::<Order>(order_id)?.ok_or(Refusal::UnknownOrder)?;
    let Decided::Applied(mut order, returned) = order.take_back(payment_id, returned)? else {
        return Ok(Effect::Unchanged);
    };
    let tickets: Vec<_> = returned.iter().map(|units| units.ticket_id).collect();
    let inventories = tx.get_all::<Inventory>(&tickets)?;
    for (units, inventory) in returned.iter().zip(inventories) {
        let inventory = inventory.ok_or(Refusal::UnknownTicket(units.ticket_id))?;
        let inventory = inventory.take_back(units.quantity);
        order.record_return(units.ticket_id, inventory.version);
        tx.publish(inventory::CHANGED.of(inventory.state()));
        tx.save(inventory);
    }
    tx.publish(message_type(order.state.status).of(order.state.clone()));
    let (order, _) = order.record(StepKind::UnitsReturned, cause.clone(), tx.now());
    tx.save(order);
    Ok(Effect::Changed(StepKind::UnitsReturned))
}

fn move_units(tx: &mut Tx<'_>, order: &Order, stock: Stock) -> Result<(), Stop<Refusal>> {
    let moved: fn(Inventory, u32) -> Inventory = match stock {
        Stock::Keep => return Ok(()),
        Stock::Release => Inventory::release,
        Stock::Sell => Inventory::sell,
    };
    let items = &order.state.items;
    let tickets: Vec<_> = items.iter().map(|item| item.ticket_id).collect();
    let inventories = tx.get_all::<Inventory>(&tickets)?;
    for (item, inventory) in items.iter().zip(inventories) {
        let inventory = inventory.ok_or(Refusal::UnknownTicket(item.ticket_id))?;
        let inventory = moved(inventory, item.quantity);
        tx.publish(inventory::CHANGED.of(inventory.state()));
        tx.save(inventory);
    }
    Ok(())
}

pub(crate) const fn message_type(status: OrderStatus) -> MessageType<OrderState> {
    match status {
        OrderStatus::Created => CREATED,
        OrderStatus::AwaitingPayment { .. } => UPDATED,
        OrderStatus::Complete { .. } => COMPLETED,
        OrderStatus::Cancelled { .. } => CANCELLED,
    }
}
