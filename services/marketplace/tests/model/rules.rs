//! The invariants of every state, the invariants of quiet states, and the outcomes that must be
//! possible.

use std::collections::BTreeMap;

use contract::order::{CancelReason, OrderStatus};
use invariants::Findings;
use invariants::stock::{Units, check_networks, check_ticket};
use orders::Order;
use payments::domain::{ProviderStatus, State, Task};
use stateright::{Model as _, Property};

use crate::steps;
use crate::world::{Buyer, LAST_TICK, Market, Step, World};

pub(crate) fn all() -> Vec<Property<Market>> {
    vec![
        Property::always("no unit is sold twice", |_, world: &World| is_stock_sound(world)),
        Property::always(
            "money is taken for a complete order only, and once",
            |_, world: &World| {
                world.bank.captures == 0
                    || (world.bank.captures == 1 && is_complete(world, Buyer::First))
            },
        ),
        Property::always("no service receives an impossible state", |_, world: &World| {
            !world.contradiction
        }),
        Property::always("an order expires after its deadline only", |_, world: &World| {
            [Buyer::First, Buyer::Second].iter().all(|buyer| is_punctual(world, *buyer))
        }),
        Property::always(
            "when all is quiet, everything has its one end",
            |market, world: &World| !is_quiet(market, world) || has_ended_well(world),
        ),
        Property::sometimes("a payment is captured", |_, world: &World| world.bank.captures == 1),
        Property::sometimes("a payment is voided", |_, world: &World| {
            matches!(state(world), Some(State::Voided { .. }))
        }),
        Property::sometimes("a payment is declined", |_, world: &World| {
            matches!(state(world), Some(State::Declined { .. }))
        }),
        Property::sometimes(
            "the second buyer orders the unit that the first released",
            |_, world: &World| is_expired(world, Buyer::First) && world.second.is_some(),
        ),
        Property::sometimes("all is quiet after a sale", |market, world: &World| {
            world.inventory.sold == 1 && is_quiet(market, world)
        }),
        Property::sometimes("all is quiet after an expiry", |market, world: &World| {
            is_expired(world, Buyer::First) && is_quiet(market, world)
        }),
        Property::sometimes(
            "a held card is released because the order has expired",
            |_, world: &World| {
                is_expired(world, Buyer::First) && world.bank.status == ProviderStatus::Held
            },
        ),
    ]
}

fn is_stock_sound(world: &World) -> bool {
    let inventory = &world.inventory;
    let orders = || [&world.first, &world.second].into_iter().flatten();
    let (mut units, mut findings) = (BTreeMap::new(), Findings::default());
    for order in orders() {
        Units::count(&mut units, &order.state, 1);
    }
    let id = inventory.ticket_id;
    let of_orders = units.remove(&id).unwrap_or_default();
    check_ticket(id, Some(inventory), of_orders, &mut findings);
    check_networks(orders(), &world.network, &mut findings);
    findings.violations.is_empty()
}

fn completed(order: &Order) -> bool {
    matches!(order.state.status, OrderStatus::Complete { .. })
}

fn is_complete(world: &World, buyer: Buyer) -> bool {
    world.order(buyer).is_some_and(completed)
}

fn is_expired(world: &World, buyer: Buyer) -> bool {
    let expired = OrderStatus::Cancelled { reason: CancelReason::Expired };
    world.order(buyer).is_some_and(|order| order.state.status == expired)
}

fn is_punctual(world: &World, buyer: Buyer) -> bool {
    let is_due = |order: &Order| order.state.expires_at <= world.now();
    !is_expired(world, buyer) || world.order(buyer).is_some_and(is_due)
}

fn state(world: &World) -> Option<&State> {
    world.payment.as_ref().map(|payment| &payment.state)
}

/// Whether time is over and no step of a service changes anything: no effective message, no request
/// to the provider, nothing overdue. Possible actions of the payer at the provider do not count.
fn is_quiet(market: &Market, world: &World) -> bool {
    if world.tick < LAST_TICK {
        return false;
    }
    let has_task = world.payment.as_ref().is_some_and(|payment| payment.task() != Task::Nothing);
    let mut possible = Vec::new();
    market.actions(world, &mut possible);
    let mut by_itself = possible.into_iter().filter(|step| is_of_services(*step));
    !has_task
        && steps::is_up_to_date(world)
        && by_itself.all(|step| market.next_state(world, step).is_none())
}

const fn is_of_services(step: Step) -> bool {
    match step {
        Step::Sweep(_)
        | Step::OrderReachesPayments(_)
        | Step::OrderReachesExpiration(_)
        | Step::PaymentReachesOrders(_)
        | Step::Announce
        | Step::HintReachesOrders(_) => true,
        Step::Tick
        | Step::Order(_)
        | Step::Cancel(_)
        | Step::Pay
        | Step::Ask
        | Step::RequestReachesProvider(..)
        | Step::PayerContinues(_)
        | Step::ProviderSays
        | Step::AnswerReachesPayments
        | Step::Inquire
        | Step::News => false,
    }
}

/// No order is open except one placed in the last ticks, the copy matches the order, and the money
/// is in the right place.
fn has_ended_well(world: &World) -> bool {
    let is_overdue = |order: &&Order| order.state.expires_at < world.now();
    let open = [&world.first, &world.second].into_iter().flatten().filter(|o| o.is_active());
    let nothing_overdue = open.filter(is_overdue).count() == 0;
    let copies_agree = match (&world.first, &world.copy) {
        (Some(order), Some(copy)) => copy.order == order.state,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let first_has_ended = world.first.as_ref().is_none_or(|order| !order.is_active());
    let money_is_where_it_belongs = match state(world) {
        None => world.bank.captures == 0,
        Some(State::Captured { .. }) => {
            world.bank.captures == 1 && is_complete(world, Buyer::First)
        }
        Some(State::Voided { .. } | State::Declined { .. }) => {
            world.bank.captures == 0
                && world.bank.status != ProviderStatus::Held
                && !is_complete(world, Buyer::First)
        }
        // This model has no operator who captures a payment.
        Some(State::Returned { .. }) => false,
        Some(
            State::Started { .. }
            | State::Opened { .. }
            | State::RequiresAction { .. }
            | State::Authorized { .. }
            | State::Capturing { .. }
            | State::Voiding { .. },
        ) => !first_has_ended,
    };
    nothing_overdue && copies_agree && money_is_where_it_belongs
}
