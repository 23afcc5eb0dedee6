//! Evidence of a run without defects, as the basis of tests that add one.

use std::time::Duration;

use bus::Lag;
use contract::inventory::InventoryState;
use contract::order::{CancelReason, OrderItem, OrderState, OrderStatus};
use contract::payment::{PaymentState, PaymentStatus};
use contract::session::{RevocationState, Revoked};
use contract::ticket::{Offer, TicketState};
use contract::{Currency, Id, Money, OrderId, PaymentId, SessionId, TicketId, Timestamp, UserId};

use crate::checker::evidence::{
    AccountFacts, BalanceFacts, ByOthers, DeadlineFacts, EntryCause, EntryFacts, ErasedFacts,
    Evidence, HoldFacts, IntentFacts, InventoryFacts, LedgerAccount, PaymentFacts, SessionFacts,
    TicketFacts, TopUpFacts,
};
use crate::checker::{Rule, check};
use crate::load::{End, Journal, JournaledOrder};
use crate::platforms::START;

pub(super) const PAID: u8 = 1;
pub(super) const GIVEN_UP: u8 = 2;
pub(super) const EXPIRED: u8 = 3;
pub(super) const CREDITED: u8 = 4;
/// A payment by credit for the cancelled order.
const RELEASED: u8 = 5;
pub(super) const TOP_UP: u8 = 6;

pub(super) fn id(kind: u8, number: u8) -> Id {
    Id::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, kind, number])
}

pub(super) fn order_id(number: u8) -> OrderId {
    id(1, number).into()
}

pub(super) fn payment_id(number: u8) -> PaymentId {
    id(2, number).into()
}

pub(super) fn ticket_id() -> TicketId {
    id(3, 1).into()
}

pub(super) fn session_id(number: u8) -> SessionId {
    id(5, number).into()
}

pub(super) fn user(number: u8) -> UserId {
    id(4, number).into()
}

pub(super) fn usd(minor_units: i64) -> Money {
    Money { minor_units, ..Money::zero(Currency::USD) }
}

pub(super) fn order(number: u8, status: OrderStatus) -> OrderState {
    let item = OrderItem {
        ticket_id: ticket_id(),
        seller: user(9),
        title: "Concert".to_owned(),
        venue: None,
        starts_at: None,
        unit_price: usd(500),
        quantity: 2,
        returned: 0,
        returned_in_version: None,
    };
    OrderState {
        id: order_id(number),
        version: 3,
        buyer: user(1),
        status,
        expires_at: deadline(),
        items: vec![item],
        total: usd(1_000),
        created_at: START,
    }
}

pub(super) fn deadline() -> Timestamp {
    START.plus(Duration::from_secs(3))
}

pub(super) fn tomorrow() -> Timestamp {
    START.plus(Duration::from_hours(24))
}

pub(super) fn payment(number: u8, order: u8, status: PaymentStatus) -> PaymentFacts {
    let state = PaymentState {
        id: payment_id(number),
        version: 3,
        order_id: order_id(order),
        buyer: user(1),
        amount: usd(1_000),
        status,
        started_at: START,
        refunded: None,
        returned: Vec::new(),
        refunds: Vec::new(),
    };
    PaymentFacts { state, returned: None, has_task: false }
}

pub(super) fn intent(number: u8, (captured, voided): (usize, usize)) -> IntentFacts {
    let authorized = captured + voided;
    let taken = 1_000 * i64::try_from(captured).unwrap();
    let (payment_id, amount) = (payment_id(number), usd(1_000));
    let by_others = ByOthers::default();
    IntentFacts { payment_id, amount, authorized, captured, voided, taken, by_others }
}

/// An entry of a payment, and its line in the user's statement.
fn entry(
    cause: impl Fn(PaymentId) -> EntryCause,
    payment: u8,
    account: LedgerAccount,
    change: i64,
    line: Option<(u64, i64)>,
) -> EntryFacts {
    let line = line.map(|(number, balance)| (number, usd(balance)));
    EntryFacts { cause: cause(payment_id(payment)), account, change: usd(change), line }
}

/// A top-up of 30.00, a sale of 10.00 by card and one by credit, and 10.00 held and released.
fn entries() -> Vec<EntryFacts> {
    use EntryCause::{Hold, Release, Sale, TopUp};
    use LedgerAccount::{Holds, Provider, User};
    let (buyer, seller) = (User(user(1)), User(user(9)));
    vec![
        entry(TopUp, TOP_UP, Provider, -3_000, None),
        entry(TopUp, TOP_UP, buyer, 3_000, Some((1, 3_000))),
        entry(Sale, PAID, Provider, -1_000, None),
        entry(Sale, PAID, seller, 1_000, Some((1, 1_000))),
        entry(Hold, CREDITED, buyer, -1_000, Some((2, 2_000))),
        entry(Hold, CREDITED, Holds, 1_000, None),
        entry(Sale, CREDITED, Holds, -1_000, None),
        entry(Sale, CREDITED, seller, 1_000, Some((2, 2_000))),
        entry(Hold, RELEASED, buyer, -1_000, Some((3, 1_000))),
        entry(Hold, RELEASED, Holds, 1_000, None),
        entry(Release, RELEASED, Holds, -1_000, None),
        entry(Release, RELEASED, buyer, 1_000, Some((4, 2_000))),
    ]
}

/// The journal of responses to customers.
fn reported() -> Journal {
    let mut journal = Journal { tickets: vec![ticket_id()], ..Journal::default() };
    let ends = [
        (PAID, End::Complete),
        (GIVEN_UP, End::CancelledByBuyer),
        (EXPIRED, End::Expired),
        (CREDITED, End::Complete),
    ];
    for (number, end) in ends {
        let mut journaled = JournaledOrder::of(user(1));
        journaled.reported_ends.push(end);
        journal.orders.insert(order_id(number), journaled);
    }
    journal.captured.insert(payment_id(PAID), order_id(PAID));
    journal.captured.insert(payment_id(CREDITED), order_id(CREDITED));
    journal.topped_up.insert(payment_id(TOP_UP), user(1));
    journal
}

/// One order paid by card, one by credit, one cancelled after payments by both had begun, one
/// expired; 10 units offered, 4 sold.
pub(super) fn sound() -> Evidence {
    let orders = vec![
        order(PAID, OrderStatus::Complete { payment_id: Some(payment_id(PAID)) }),
        order(GIVEN_UP, OrderStatus::Cancelled { reason: CancelReason::Buyer }),
        order(EXPIRED, OrderStatus::Cancelled { reason: CancelReason::Expired }),
        order(CREDITED, OrderStatus::Complete { payment_id: Some(payment_id(CREDITED)) }),
    ];
    let ticket = TicketState {
        id: ticket_id(),
        version: 1,
        seller: user(9),
        title: "Concert".to_owned(),
        price: usd(500),
        quantity: 10,
        offer: Offer::Open,
        venue: None,
        starts_at: None,
        late_sales: false,
        created_at: START,
    };
    let stock = InventoryState {
        ticket_id: ticket_id(),
        version: 7,
        ticket_version: 1,
        capacity: 10,
        held: 0,
        sold: 4,
        holder: None,
        revision: None,
        suspended: false,
    };
    let revocations = vec![signed_out(), signed_out_everywhere()];
    Evidence {
        tickets: vec![TicketFacts {
            state: ticket,
            stock_version: 7,
            held: 0,
            sold: 4,
            holder: None,
            is_suspended: false,
            undecided: None,
        }],
        inventories: vec![InventoryFacts {
            state: stock,
            seller: user(9),
            title: "Concert".to_owned(),
            price: usd(500),
            offer: Offer::Open,
            offered: 10,
            venue: None,
            starts_at: None,
            late_sales: false,
        }],
        holds: orders.iter().map(hold).collect(),
        networks: Vec::new(),
        network_counts: Vec::new(),
        order_copies: orders.clone(),
        deadlines: orders.iter().map(deadline_copy).collect(),
        orders,
        payments: vec![
            payment(PAID, PAID, PaymentStatus::Captured),
            payment(GIVEN_UP, GIVEN_UP, PaymentStatus::Voided),
            payment(CREDITED, CREDITED, PaymentStatus::Captured),
            payment(RELEASED, GIVEN_UP, PaymentStatus::Voided),
        ],
        top_ups: vec![TopUpFacts {
            id: payment_id(TOP_UP),
            user: user(1),
            amount: usd(3_000),
            status: PaymentStatus::Captured,
            returned: None,
            has_task: false,
        }],
        entries: entries(),
        balances: vec![
            BalanceFacts { user: user(1), entries: 4, balances: vec![usd(2_000)] },
            BalanceFacts { user: user(9), entries: 2, balances: vec![usd(2_000)] },
        ],
        intents: vec![
            intent(PAID, (1, 0)),
            intent(GIVEN_UP, (0, 1)),
            IntentFacts { amount: usd(3_000), taken: 3_000, ..intent(TOP_UP, (1, 0)) },
        ],
        outboxes: vec![("orders".to_owned(), 0)],
        lag: vec![Lag { consumer: "payments.on_order_changed".to_owned(), unsettled: 0 }],
        sessions: vec![session(1, true), session(2, false)],
        accounts: vec![AccountFacts { id: user(1), epoch: 2, is_banned: false }],
        addresses: vec![user(1)],
        erased: vec![ErasedFacts { user: user(7), missing: Vec::new(), left: Vec::new() }],
        revocations: ["auth", "tickets", "orders"]
            .map(|service| (service.to_owned(), revocations.clone()))
            .to_vec(),
        ..Evidence::at(deadline(), Some(reported()))
    }
}

fn session(number: u8, is_signed_out: bool) -> SessionFacts {
    SessionFacts { id: session_id(number), ends_at: tomorrow(), is_signed_out }
}

/// The copy of an order at expiration.
fn deadline_copy(order: &OrderState) -> DeadlineFacts {
    let OrderState { id, version, expires_at, .. } = *order;
    DeadlineFacts { order_id: id, version, expires_at, is_pending: false }
}

/// The units that an order held when it was placed.
pub(super) fn hold(order: &OrderState) -> HoldFacts {
    let item = &order.items[0];
    let (buyer, order_id) = (order.buyer, order.id);
    HoldFacts { buyer, order_id, ticket_id: item.ticket_id, units: item.quantity }
}

/// The revocation of the session that was signed out.
pub(super) fn signed_out() -> RevocationState {
    let revoked = Revoked::Session { session_id: session_id(1) };
    RevocationState { revoked, revoked_at: START, forget_after: tomorrow() }
}

/// The second revocation of all sessions of a buyer.
fn signed_out_everywhere() -> RevocationState {
    let revoked = Revoked::Account { user_id: user(1), epoch: 2 };
    RevocationState { revoked, revoked_at: START, forget_after: tomorrow() }
}

/// Adds a defect to valid evidence and expects that this rule, possibly among others, is violated.
#[track_caller]
pub(super) fn finds(rule: Rule, break_it: impl FnOnce(&mut Evidence)) {
    let mut evidence = sound();
    break_it(&mut evidence);
    let violations = check(&evidence);
    assert!(violations.iter().any(|violation| violation.rule == rule), "{violations:?}");
}

pub(super) fn journal(evidence: &mut Evidence) -> &mut Journal {
    evidence.journal.as_mut().unwrap()
}

pub(super) fn journaled(evidence: &mut Evidence, number: u8) -> &mut JournaledOrder {
    journal(evidence).orders.get_mut(&order_id(number)).unwrap()
}
