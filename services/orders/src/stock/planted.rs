//! Planted bugs: what somebody could have got wrong about an order's change.

use contract::Timestamp;
use contract::order::{CancelReason, OrderStatus};
use contract::payment::ReturnedUnits;
use sources::crash::{Bug, is_planted};

use web::Problem;

use super::place::Wanted;
use crate::Ports;
use crate::domain::{Command, Inventory, Order, Refusal};

/// A hint expires an order that is complete.
pub(super) fn expired_although_complete(order: &Order, command: Command) -> Option<Order> {
    let is_complete = matches!(order.state.status, OrderStatus::Complete { .. });
    let is_hinted = is_planted(Bug::ExpiryIgnoresCompletion) && command == Command::Expire;
    (is_hinted && is_complete).then(|| {
        let mut expired = order.clone();
        expired.state.version += 1;
        expired.state.status = OrderStatus::Cancelled { reason: CancelReason::Expired };
        expired
    })
}

/// A hint is believed: the time is taken to be that of the deadline.
pub(super) fn moment(order: &Order, command: Command, now: Timestamp) -> Timestamp {
    let is_hinted = is_planted(Bug::ExpiryIgnoresDeadline) && command == Command::Expire;
    if is_hinted { order.state.expires_at.max(now) } else { now }
}

/// An order that is cancelled gives its units back whenever it is asked to.
pub(super) fn releases_again(order: &Order, command: Command) -> bool {
    let is_cancelled = matches!(order.state.status, OrderStatus::Cancelled { .. });
    is_planted(Bug::DoubleRelease) && is_cancelled && command == Command::Cancel
}

/// An order that awaits its payment is taken to hold nothing.
pub(super) fn is_held(order: &Order) -> bool {
    let is_awaiting = matches!(order.state.status, OrderStatus::AwaitingPayment { .. });
    !(is_planted(Bug::HoldForgottenWhilePaying) && is_awaiting)
}

/// A message that was handled before puts its units on sale once more.
pub(super) fn taken_back_again(
    order: &Order,
    returned: &[ReturnedUnits],
) -> Option<(Order, Vec<ReturnedUnits>)> {
    let is_again = is_planted(Bug::RedeliveryReturnsUnits) && !returned.is_empty();
    is_again.then(|| {
        let mut order = order.clone();
        order.state.version += 1;
        (order, returned.to_vec())
    })
}

/// A planted bug: whether there is room is looked up here, outside of the decision that holds the units …
pub(crate) async fn check_before_holding(ports: &Ports, wanted: &[Wanted]) -> Result<(), Problem> {
    if is_planted(Bug::CheckThenInsertHold) {
        for item in wanted {
            let inventory = ports.store.find::<Inventory>(&item.ticket_id.to_string()).await?;
            if inventory.is_none_or(|inventory| inventory.available() < item.units) {
                return Err(Refusal::SoldOut(item.ticket_id).into());
            }
        }
    }
    Ok(())
}

/// … and the decision holds them blindly.
pub(super) fn with_room_for_anything(inventory: Inventory) -> (Inventory, u32) {
    let offered = inventory.offered;
    if is_planted(Bug::CheckThenInsertHold) {
        return (Inventory { offered: u32::MAX, ..inventory }, offered);
    }
    (inventory, offered)
}
