//! The effect of each step: a service receives an input and decides by its own functions.

use std::sync::Arc;

use contract::Decided;
use contract::order::{OrderItem, OrderState};
use expiration::Deadline;
use orders::domain::{Command as OrderCommand, LimitScope, Network, PlacedOrder, Stock};
use orders::{NetworkHolds, Order};
use payments::domain::{
    Change, Command, OrderCopy, Payment, ProviderStatus, Purpose, State, Task, Token, Verdict,
};
use testing::platforms::START;

use crate::bank::Request;
use crate::world::{Buyer, EXTENSION, FIRST, LAST_TICK, SECOND, Step, WINDOW, World, payment_id};

/// Executes a step; `None` where it is not possible.
pub(crate) fn take(world: &mut World, step: Step) -> Option<()> {
    match step {
        Step::Tick => world.tick = (world.tick < LAST_TICK).then_some(world.tick + 1)?,
        Step::Order(buyer) => order(world, buyer)?,
        Step::Cancel(buyer) => command(world, buyer, OrderCommand::Cancel)?,
        Step::Sweep(buyer) => {
            let is_overdue = world.orders.get(&buyer)?.state.expires_at < world.now();
            is_overdue.then_some(())?;
            command(world, buyer, OrderCommand::Expire)?;
        }
        Step::Pay => pay(world)?,
        Step::OrderReachesPayments(at) => order_reaches_payments(world, at)?,
        Step::OrderReachesExpiration(at) => order_reaches_expiration(world, at)?,
        Step::PaymentReachesOrders(at) => payment_reaches_orders(world, at)?,
        Step::Announce => announce(world)?,
        Step::HintReachesOrders(at) => {
            world.hints.get(at)?;
            command(world, FIRST, OrderCommand::Expire)?;
        }
        Step::Ask => ask(world)?,
        Step::RequestReachesProvider(at, decision) => {
            world.bank = world.bank.serve(*world.requests.get(at)?, decision);
        }
        Step::PayerContinues(decision) => world.bank = world.bank.proceed(decision)?,
        Step::ProviderSays => {
            world.payment.as_ref()?.reference()?;
            world.response = Some(world.bank.status.clone());
        }
        Step::AnswerReachesPayments => {
            let status = world.response.clone()?;
            settle(world, Command::Observe(status))?;
        }
        Step::Inquire => {
            world.payment.as_ref()?.reference()?;
            let status = world.bank.status.clone();
            settle(world, Command::Observe(status))?;
        }
        Step::News => settle(world, Command::Inquire)?,
    }
    Some(())
}

/// Keeps one of each, in the order of their first arrival.
fn remember<T: PartialEq>(sent: &mut Vec<T>, one: T) {
    if !sent.contains(&one) {
        sent.push(one);
    }
}

fn order(world: &mut World, buyer: Buyer) -> Option<()> {
    // The first buyer orders at the start only: a later order is the same with less time.
    let may_order = !world.orders.contains_key(&buyer) && (buyer == SECOND || world.tick == 0);
    may_order.then_some(())?;
    let inventory = world.inventory.clone();
    let (inventory, item): (_, OrderItem) =
        inventory.hold(buyer.order(), buyer.user(), 1, world.now()).ok()?;
    let placed = PlacedOrder { id: buyer.order(), buyer: buyer.user(), window: WINDOW };
    let order = Order::place(placed, vec![item], None, world.now()).unwrap();
    let network = Network::from("203.0.113.0/24".to_owned());
    let none = NetworkHolds::none(LimitScope::Ticket(inventory.ticket_id), network.clone());
    let count = world.network.take().unwrap_or(none).hold(1, inventory.capacity());
    world.network = Some(count.ok()?);
    let order = Order { network: Some(network), ..order };
    world.inventory = inventory;
    publish(world, buyer, order);
    Some(())
}

/// A command to an order, with its effect on the unit.
fn command(world: &mut World, buyer: Buyer, command: OrderCommand) -> Option<()> {
    match world.orders.get(&buyer)?.decide(command, world.now()) {
        Ok(Decided::Applied(mut order, stock)) => {
            if stock != Stock::Keep {
                let now = world.now();
                world.network = world.network.take().and_then(|count| count.release(1, now));
                order.network = None;
            }
            // No rule here depends on the time of the cancellation; without it there are fewer
            // states.
            order.cancelled_at = None;
            let inventory = world.inventory.clone();
            world.inventory = match stock {
                Stock::Keep => inventory,
                Stock::Release => inventory.release(1),
                Stock::Sell => inventory.sell(1),
            };
            publish(world, buyer, *order);
        }
        Ok(Decided::AlreadyApplied) | Err(_) => {}
    }
    Some(())
}

fn publish(world: &mut World, buyer: Buyer, order: Order) {
    if buyer == FIRST {
        remember(&mut world.order_messages, Arc::new(order.state.clone()));
    }
    world.orders.insert(buyer, order);
}

fn pay(world: &mut World) -> Option<()> {
    world.payment.is_none().then_some(())?;
    let copy = world.copy.clone()?.begin(payment_id(), FIRST.user(), world.now()).ok()?;
    let (purpose, amount) = (Purpose::Order { order_id: copy.order.id }, copy.order.total);
    let state = State::Started { token: Token::try_from("tok".to_owned()).unwrap() };
    let payment = Payment::new(payment_id(), purpose, FIRST.user(), amount, state, START);
    remember(&mut world.payment_messages, Arc::new(payment.public_state()?));
    (world.copy, world.payment) = (Some(copy), Some(payment));
    Some(())
}

fn order_reaches_payments(world: &mut World, at: usize) -> Option<()> {
    let order = OrderState::clone(world.order_messages.get(at)?);
    let Some(copy) = world.copy.clone() else {
        world.copy = Some(OrderCopy { order, attempt: None });
        return Some(());
    };
    let copy = copy.update(order)?;
    let attempt = copy.attempt;
    world.copy = Some(copy);
    if attempt.is_some() {
        settle(world, Command::Resolve(Verdict::Wait))?;
    }
    Some(())
}

/// A command to the payment, which its order then settles, as in payments.
fn settle(world: &mut World, command: Command) -> Option<()> {
    let copy = world.copy.clone()?;
    let decided = apply(world, command)?;
    world.payment = Some(decided);
    let settled = apply(world, Command::Resolve(copy.verdict(payment_id())))?;
    if matches!(settled.state, State::Declined { .. } | State::Voided { .. }) {
        world.copy = Some(copy.end_attempt(payment_id()));
    }
    world.payment = Some(settled);
    Some(())
}

fn apply(world: &mut World, command: Command) -> Option<Payment> {
    let payment = world.payment.clone()?;
    // The decision stores the time and does not depend on it; with one time for all there are fewer
    // states.
    match payment.decide(command, START) {
        Ok(Decided::AlreadyApplied) => Some(payment),
        Ok(Decided::Applied(payment, Change::Private)) => Some(*payment),
        Ok(Decided::Applied(payment, Change::Public)) => {
            remember(&mut world.payment_messages, Arc::new(payment.public_state()?));
            Some(*payment)
        }
        Err(_) => {
            world.contradiction = true;
            Some(payment)
        }
    }
}

fn order_reaches_expiration(world: &mut World, at: usize) -> Option<()> {
    let order = world.order_messages.get(at)?;
    // The arrival time is private to expiration; without it there are fewer states.
    let learned_at = order.created_at;
    world.deadline = match &world.deadline {
        None => Some(Deadline::of(order, learned_at)),
        Some(known) => match known.follow(order, learned_at) {
            Decided::Applied(deadline, ()) => Some(*deadline),
            Decided::AlreadyApplied => return None,
        },
    };
    Some(())
}

fn announce(world: &mut World) -> Option<()> {
    match world.deadline.as_ref()?.announce(world.now()) {
        Decided::AlreadyApplied => None,
        Decided::Applied(passed, ()) => {
            remember(&mut world.hints, passed.state());
            world.deadline = Some(Deadline { changed_at: passed.expires_at, ..*passed });
            Some(())
        }
    }
}

fn payment_reaches_orders(world: &mut World, at: usize) -> Option<()> {
    use contract::payment::PaymentStatus;
    let payment = world.payment_messages.get(at)?;
    let payment_id = payment.id;
    let report = match payment.status {
        PaymentStatus::Started => OrderCommand::AwaitPayment { payment_id, extension: EXTENSION },
        PaymentStatus::Authorized { .. } => {
            let (buyer, amount) = (payment.buyer, payment.amount);
            OrderCommand::AcceptPayment { payment_id, buyer, amount }
        }
        PaymentStatus::Captured | PaymentStatus::Voided | PaymentStatus::Declined { .. } => {
            return None;
        }
    };
    command(world, FIRST, report)
}

/// Payments sends the request that the status of the payment requires. Opening moves no money, so
/// it completes at once.
fn ask(world: &mut World) -> Option<()> {
    let request = match world.payment.as_ref()?.task() {
        Task::Open => {
            return settle(world, Command::Open { reference: "ref".to_owned() });
        }
        Task::Confirm { .. } => Request::Confirm,
        Task::Capture { .. } => Request::Capture,
        Task::Void { .. } => Request::Void,
        Task::Inquire { .. } | Task::Record { .. } | Task::Nothing => return None,
    };
    remember(&mut world.requests, request);
    world.requests.sort();
    Some(())
}

/// Whether payments is up to date: an inquiry at the provider would change nothing.
pub(crate) fn is_up_to_date(world: &World) -> bool {
    let mut again = world.clone();
    let status: ProviderStatus = world.bank.status.clone();
    let _ = settle(&mut again, Command::Observe(status));
    again.payment == world.payment
}
