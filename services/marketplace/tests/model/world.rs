//! The state of the model, and its steps.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use contract::expiration::ExpirationState;
use contract::order::OrderState;
use contract::payment::PaymentState;
use contract::ticket::{Offer, TicketState, WHOLE_PRICE};
use contract::{OrderId, PaymentId, Timestamp, UserId};
use expiration::Deadline;
use orders::{Inventory, NetworkHolds, Order};
use payments::domain::ProviderStatus;
use payments::{OrderCopy, Payment};
use stateright::{Model, Property};
use testing::platforms::START;
use testing::samples::{id, usd};

use crate::bank::{Bank, BankDecision, Request};
use crate::{rules, steps};

/// One tick of the clock.
const TICK: Duration = Duration::from_secs(10);

/// Time to pay an order: it ends with the second tick.
pub(crate) const WINDOW: Duration = Duration::from_secs(20);

/// Minimum time to pay after the start of a payment; more than a tick, so that a late start moves
/// the deadline.
pub(crate) const EXTENSION: Duration = Duration::from_secs(15);

/// The last tick: the first order's deadline has passed by then, with any extension, and the
/// deadline of a later second order is near.
pub(crate) const LAST_TICK: u8 = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Buyer(u8);

/// The paying buyer.
pub(crate) const FIRST: Buyer = Buyer(1);

pub(crate) const SECOND: Buyer = Buyer(2);

impl Buyer {
    pub(crate) fn user(self) -> UserId {
        id(10 + self.0)
    }

    pub(crate) fn order(self) -> OrderId {
        id(20 + self.0)
    }
}

pub(crate) fn payment_id() -> PaymentId {
    id(30)
}

/// Everything that services store, and everything that was ever sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    pub(crate) tick: u8,
    // Stored by orders.
    pub(crate) inventory: Inventory,
    pub(crate) orders: BTreeMap<Buyer, Order>,
    /// Units that the network of both buyers holds.
    pub(crate) network: Option<NetworkHolds>,
    // Stored by payments, of the first order.
    pub(crate) copy: Option<OrderCopy>,
    pub(crate) payment: Option<Payment>,
    // Stored by expiration, of the first order.
    pub(crate) deadline: Option<Deadline>,
    // Stored by the provider.
    pub(crate) bank: Bank,
    // Sent messages: each may arrive at any time, repeatedly, or never.
    pub(crate) order_messages: Vec<Arc<OrderState>>,
    pub(crate) payment_messages: Vec<Arc<PaymentState>>,
    pub(crate) hints: Vec<ExpirationState>,
    pub(crate) requests: Vec<Request>,
    /// The response in flight; it may be older than another one that overtook it.
    pub(crate) response: Option<ProviderStatus>,
    /// Whether a service received an impossible state.
    pub(crate) contradiction: bool,
}

impl World {
    pub(crate) fn now(&self) -> Timestamp {
        START.plus(TICK * u32::from(self.tick))
    }
}

/// One step of the model. Messages are about the first order and its payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Tick,
    Order(Buyer),
    Cancel(Buyer),
    /// The sweep of orders finds an overdue order.
    Sweep(Buyer),
    Pay,
    OrderReachesPayments(usize),
    OrderReachesExpiration(usize),
    PaymentReachesOrders(usize),
    /// Expiration announces the first order's deadline.
    Announce,
    HintReachesOrders(usize),
    /// Payments sends the request that the status of the payment requires.
    Ask,
    RequestReachesProvider(usize, BankDecision),
    PayerContinues(BankDecision),
    /// The provider sends the status of the payment; the response is in flight.
    ProviderSays,
    /// The response in flight reaches payments; it may arrive again.
    AnswerReachesPayments,
    /// The provider's present status reaches payments at once, before the response in flight.
    Inquire,
    /// A webhook or the reconciliation triggers an inquiry at the provider.
    News,
}

pub(crate) struct Market;

impl Model for Market {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        let ticket = TicketState {
            id: id(1),
            version: 1,
            seller: id(2),
            title: "seat".to_owned(),
            price: usd(1_000),
            quantity: 1,
            offer: Offer::Open,
            show: None,
            venue: None,
            starts_at: None,
            late_sales: false,
            device_only: false,
            created_at: START,
            description: None,
            resale_cap: WHOLE_PRICE,
            resale: None,
        };
        vec![World {
            tick: 0,
            inventory: Inventory::of(ticket),
            orders: BTreeMap::new(),
            network: None,
            copy: None,
            payment: None,
            deadline: None,
            bank: Bank::new(),
            order_messages: Vec::new(),
            payment_messages: Vec::new(),
            hints: Vec::new(),
            requests: Vec::new(),
            response: None,
            contradiction: false,
        }]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        let decisions = [BankDecision::Hold, BankDecision::Decline, BankDecision::Challenge];
        steps.push(Step::Tick);
        for buyer in [FIRST, SECOND] {
            match world.orders.get(&buyer) {
                None => steps.push(Step::Order(buyer)),
                Some(order) if order.is_active() => {
                    steps.extend([Step::Cancel(buyer), Step::Sweep(buyer)]);
                }
                Some(_) => {}
            }
        }
        steps.extend((0..world.order_messages.len()).map(Step::OrderReachesPayments));
        steps.extend((0..world.order_messages.len()).map(Step::OrderReachesExpiration));
        steps.extend((0..world.hints.len()).map(Step::HintReachesOrders));
        if world.deadline.is_some() {
            steps.push(Step::Announce);
        }
        if world.payment.is_none() {
            steps.push(Step::Pay);
            return;
        }
        steps.extend((0..world.payment_messages.len()).map(Step::PaymentReachesOrders));
        steps.extend([Step::Ask, Step::News, Step::ProviderSays, Step::Inquire]);
        steps.push(Step::AnswerReachesPayments);
        steps.extend(decisions.map(Step::PayerContinues));
        for (at, request) in world.requests.iter().enumerate() {
            let decisions: &[BankDecision] =
                if *request == Request::Confirm { &decisions } else { &[BankDecision::Hold] };
            steps.extend(
                decisions.iter().map(|decision| Step::RequestReachesProvider(at, *decision)),
            );
        }
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let mut next = world.clone();
        steps::take(&mut next, step)?;
        (next != *world).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        rules::all()
    }
}
