//! The invariants of every state and of quiet states, and the outcomes that must be possible.

use contract::order::{CancelReason, OrderStatus};
use invariants::Findings;
use invariants::stock::{check_networks, check_units};
use orders::Order;
use payments::domain::{ProviderStatus, State, Task};
use stateright::{Model as _, Property};

use crate::steps;
use crate::world::{FIRST, LAST_TICK, Market, SECOND, Step, World};

const EXPIRED: OrderStatus = OrderStatus::Cancelled { reason: CancelReason::Expired };

pub(crate) fn all() -> Vec<Property<Market>> {
    vec![
        Property::always("no unit is sold twice", |_, world: &World| is_stock_sound(world)),
        Property::always(
            "money is taken for a complete order only, and once",
            |_, world: &World| {
                world.bank.captures == 0 || (world.bank.captures == 1 && is_complete(world))
            },
        ),
        Property::always("no service receives an impossible state", |_, world: &World| {
            !world.contradiction
        }),
        Property::always("an order expires after its deadline only", |_, world: &World| {
            let mut expired = world.orders.values().filter(|it| it.state.status == EXPIRED);
            expired.all(|order| order.state.expires_at <= world.now())
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
            |_, world: &World| is_expired(world) && world.orders.contains_key(&SECOND),
        ),
        Property::sometimes("all is quiet after a sale", |market, world: &World| {
            world.inventory.sold == 1 && is_quiet(market, world)
        }),
        Property::sometimes("all is quiet after an expiry", |market, world: &World| {
            is_expired(world) && is_quiet(market, world)
        }),
        Property::sometimes(
            "a held card is released because the order has expired",
            |_, world: &World| is_expired(world) && world.bank.status == ProviderStatus::Held,
        ),
    ]
}

fn is_stock_sound(world: &World) -> bool {
    let mut findings = Findings::default();
    let orders = world.orders.values().map(|order| &order.state);
    check_units(orders, [&world.inventory], &mut findings);
    check_networks(world.orders.values(), &world.network, &mut findings);
    findings.violations.is_empty()
}

/// Whether the first order is complete.
fn is_complete(world: &World) -> bool {
    world.orders.get(&FIRST).is_some_and(Order::is_complete)
}

/// Whether the first order has expired.
fn is_expired(world: &World) -> bool {
    world.orders.get(&FIRST).is_some_and(|order| order.state.status == EXPIRED)
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
    let open = world.orders.values().filter(|order| order.is_active());
    let nothing_overdue = open.filter(is_overdue).count() == 0;
    let first = world.orders.get(&FIRST);
    let copied = world.copy.as_ref().map(|copy| &copy.order);
    let copies_agree = copied == first.map(|order| &order.state);
    let first_has_ended = first.is_none_or(|order| !order.is_active());
    let money_is_where_it_belongs = match state(world) {
        None => world.bank.captures == 0,
        Some(State::Captured { .. }) => world.bank.captures == 1 && is_complete(world),
        Some(State::Voided { .. } | State::Declined { .. }) => {
            world.bank.captures == 0
                && world.bank.status != ProviderStatus::Held
                && !is_complete(world)
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
