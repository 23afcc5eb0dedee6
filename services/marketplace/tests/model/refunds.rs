//! A second small model, explored exhaustively: one payment of an order of two units, up to three
//! refunds by the seller and an administrator, a payer who may agree to less, and a provider that
//! reports any result of each refund at any time.

use contract::order::{OrderState, OrderStatus};
use contract::payment::ReturnedUnits;
use contract::{Decided, UserId};
use invariants::refunds::{Claims, check_shares, check_sum};
use invariants::{Findings, units};
use payments::domain::refund::{Command, Event, RefundRequest, Requester, RequesterRole, State};
use payments::domain::{
    Account, Consent, Holder, ProviderRefundStatus, Purpose, Refund, Refunds, Side, State as Paid,
};
use payments::{OrderCopy, Payment};
use stateright::{Model, Property};
use testing::platforms::START;
use testing::samples::{self, id, usd};

const REFUNDS_MAX: usize = 3;

/// Price of one of the two units.
const PRICE: i64 = 2;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    payment: Payment,
    refunds: Vec<Refund>,
    /// Whether the payer ever agreed to a lower refund.
    has_agreed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// A refund of an amount, or of the whole remainder, which returns a number of units.
    Request(RequesterRole, Option<i64>, u32),
    /// The payer agrees that one unit is returned for less.
    Agree,
    Receive(usize, ProviderRefundStatus),
}

pub(crate) struct Refunding;

fn seller() -> UserId {
    id(2)
}

fn order() -> OrderCopy {
    let status = OrderStatus::Complete { payment_id: Some(id(5)) };
    let (version, buyer) = (3, id(4));
    let order = samples::order(3, vec![samples::item(1, 2, PRICE, 2)], START);
    OrderCopy { order: OrderState { version, buyer, status, ..order }, attempt: None }
}

fn request(world: &World, by: RequesterRole, amount: Option<i64>, units: u32) -> Option<World> {
    let units = ReturnedUnits { ticket_id: id(1), quantity: units };
    let request = RefundRequest {
        id: id(10 + u8::try_from(world.refunds.len()).ok()?),
        by: match by {
            RequesterRole::Seller => Requester::Seller(seller()),
            RequesterRole::Admin => Requester::Admin(id(6)),
            RequesterRole::Payer => Requester::Payer(id(4)),
        },
        amount: amount.map(usd),
        to: None,
        returns: Some(units).into_iter().filter(|units| units.quantity > 0).collect(),
    };
    let (account, _) = Account::of(seller()).post(Side::Credit, usd(100)).ok()?;
    let refund = request.decide(&world.payment, Some(&order()), &[account], START).ok()?;
    let mut next = world.clone();
    next.payment = world.payment.claim(&refund).unwrap();
    if refund.is_settled() {
        next.payment = next.payment.refund_paid(&refund).unwrap();
    }
    next.refunds.push(refund);
    Some(next)
}

fn agree(world: &World) -> Option<World> {
    let returns = vec![ReturnedUnits { ticket_id: id(1), quantity: 1 }];
    let consent = Consent { credit: false, returns };
    let payment = world.payment.agree(consent, Some(&order())).ok()?;
    Some(World { payment, has_agreed: true, ..world.clone() })
}

fn receive(world: &World, at: usize, status: ProviderRefundStatus) -> Option<World> {
    let (payment, refund) =
        match world.refunds.get(at)?.decide(Command::Observe(status), START).ok()? {
            Decided::AlreadyApplied => return None,
            Decided::Applied(refund, Event::Advanced) => (world.payment.clone(), *refund),
            Decided::Applied(refund, Event::Paid) => {
                (world.payment.refund_paid(&refund).unwrap(), *refund)
            }
            Decided::Applied(refund, Event::Failed | Event::CameBack) => {
                let owed = world.payment.owed_for_units(&refund, Some(&order())).unwrap();
                let refund = refund.crediting(owed);
                (world.payment.refund_not_given(&refund).unwrap(), refund)
            }
        };
    let mut next = World { payment, ..world.clone() };
    *next.refunds.get_mut(at)? = refund;
    Some(next)
}

impl Model for Refunding {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        let holder = Holder::Provider { reference: "pi".to_owned() };
        let state = Paid::Captured { holder, captured_at: START, refunds: Refunds::default() };
        let (purpose, amount) = (Purpose::Order { order_id: id(3) }, usd(2 * PRICE));
        let payment = Payment::new(id(5), purpose, id(4), amount, state, START);
        vec![World { payment, refunds: Vec::new(), has_agreed: false }]
    }

    fn actions(&self, world: &World, steps: &mut Vec<Step>) {
        if world.refunds.len() < REFUNDS_MAX {
            for by in [RequesterRole::Seller, RequesterRole::Admin] {
                for amount in [None, Some(1), Some(PRICE)] {
                    steps.extend((0..=2).map(|units| Step::Request(by, amount, units)));
                }
            }
            steps.push(Step::Agree);
        }
        for at in 0..world.refunds.len() {
            let paid = ProviderRefundStatus::Succeeded { reference: "re".to_owned() };
            let refused = ProviderRefundStatus::Failed { reason: "no".to_owned() };
            steps.extend([paid, refused].map(|status| Step::Receive(at, status)));
        }
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let next = match step {
            Step::Request(by, amount, units) => request(world, by, amount, units),
            Step::Agree => agree(world),
            Step::Receive(at, status) => receive(world, at, status),
        };
        next.filter(|next| next != world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let is_credited = |_: &Self, world: &World| {
            world.refunds.iter().any(|refund| matches!(refund.state, State::Credited { .. }))
        };
        vec![
            Property::always("units taken from a buyer are refunded in full", |_, world| {
                holds(|findings| units::check(&order().order, &claims(world), findings))
            }),
            Property::always("no more is refunded than was taken", |_, world: &World| {
                let Payment { id, amount, .. } = world.payment;
                holds(|findings| check_sum(id, amount, &claims(world), findings))
            }),
            Property::always("the shares of a refund are its amount", |_, world: &World| {
                let each = |findings: &mut Findings| {
                    world.refunds.iter().for_each(|refund| check_shares(refund, findings));
                };
                holds(each)
            }),
            Property::always("no unit is returned twice", |_, world: &World| {
                let refunds = world.payment.refunds().unwrap();
                refunds.claimed_units.iter().all(|units| units.quantity <= 2)
            }),
            Property::always("only an administrator or the payer waives", |_, world: &World| {
                let order = order().order;
                let consents = |findings: &mut Findings| {
                    for refund in &world.refunds {
                        units::check_consent(refund, &order, world.has_agreed, findings);
                    }
                };
                holds(consents)
            }),
            Property::sometimes("a seller takes a unit back for less", |_, world: &World| {
                let is_cheap = |refund: &Refund| {
                    refund.requested_as == RequesterRole::Seller && !refund.waived.is_empty()
                };
                world.refunds.iter().any(is_cheap)
            }),
            Property::sometimes("a refund that ends badly becomes credit", is_credited),
        ]
    }
}

/// The refunds, independently of the payment's own counts.
fn claims(world: &World) -> Claims<'_> {
    Claims { refunds: world.refunds.iter().collect(), disputes: Vec::new() }
}

fn holds(rule: impl FnOnce(&mut Findings)) -> bool {
    let mut findings = Findings::default();
    rule(&mut findings);
    findings.violations.is_empty()
}
