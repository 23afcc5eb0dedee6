//! Evidence of a run without defects, as the basis of tests that add one.

use std::time::Duration;

use auth::User;
use auth::documents::AddressOwner;
use auth::domain::{EmailAddress, PersonRequest, Session};
use bus::Lag;
use contract::order::{CancelReason, OrderState, OrderStatus};
use contract::part::{Made, services};
use contract::person::PersonAction;
use contract::session::{RevocationState, Revoked};
use contract::{Id, Language, Timestamp};
use expiration::Deadline;
use mail::domain::Contact;
use orders::domain::Hold;
use orders::{Holdings, Inventory, Order};
use payments::domain::{
    Account, AccountId, Cause, Entry, Holder, Leg, OfPayment, Purpose, Refunds, State, Transaction,
    VoidReason,
};
use payments::{OrderCopy, Payment};
use serde_json::json;
use testing::load::{End, Journal, JournaledOrder};
use testing::platforms::START;
use testing::samples::{self, id, usd};
use tickets::Ticket;
use tickets::domain::{
    Closing, Complaint, OpenReport, Report, ReportReason, ReportedOffer, Reporter, Stock, Terms,
};

use super::sold::{admitted, mailed};
use crate::{Evidence, IntentFacts, Rule, check};

pub(super) const PAID: u8 = 1;
pub(super) const GIVEN_UP: u8 = 2;
pub(super) const EXPIRED: u8 = 3;
pub(super) const CREDITED: u8 = 4;
/// A payment by credit for the cancelled order.
const RELEASED: u8 = 5;
pub(super) const TOP_UP: u8 = 6;

pub(super) fn order(number: u8, status: OrderStatus) -> Order {
    let placed = samples::order(number, vec![samples::item(3, 9, 500, 2)], START);
    let (version, buyer, expires_at) = (3, id(1), deadline());
    let state = OrderState { version, buyer, status, expires_at, ..placed };
    let (payments, steps) = (Vec::new(), Vec::new());
    Order { state, extended_at: None, cancelled_at: None, network: None, payments, steps }
}

pub(super) fn deadline() -> Timestamp {
    START.plus(Duration::from_secs(3))
}

pub(super) fn tomorrow() -> Timestamp {
    START.plus(Duration::from_hours(24))
}

/// A payment of an order; of none, a top-up.
pub(super) fn payment(number: u8, order: Option<u8>, state: State) -> Payment {
    let of_order = |order| Purpose::Order { order_id: id(order) };
    let purpose = order.map_or(Purpose::TopUp, of_order);
    Payment::new(id(number), purpose, id(1), usd(1_000), state, START)
}

pub(super) fn captured() -> State {
    let holder = Holder::Provider { reference: "pi".to_owned() };
    State::Captured { holder, captured_at: START, refunds: Refunds::default() }
}

pub(super) const fn voided() -> State {
    State::Voided { reason: VoidReason::OrderCancelled }
}

pub(super) const fn authorized() -> State {
    State::Authorized { holder: Holder::Ledger, authorized_at: START }
}

/// The refunds of a payment that is captured.
pub(super) fn refunds_of(payment: &mut Payment) -> &mut Refunds {
    let State::Captured { refunds, .. } = &mut payment.state else { panic!("not captured") };
    refunds
}

pub(super) fn intent(number: u8, (captured, voided): (usize, usize)) -> IntentFacts {
    let authorized = captured + voided;
    let taken = 1_000 * i64::try_from(captured).unwrap();
    let none = IntentFacts::none(id(number), usd(1_000));
    IntentFacts { authorized, captured, voided, taken, ..none }
}

/// A payment, as the cause of a transaction.
pub(super) fn of(number: u8) -> OfPayment {
    OfPayment { payment_id: id(number), order_id: None }
}

/// Posts a transaction, unless it moves nothing.
pub(super) fn post(evidence: &mut Evidence, transaction: &Transaction) {
    let cause = transaction.cause();
    for (place, leg) in (0..).zip(transaction.legs()) {
        let statement = leg.account.user().map(|user| {
            let known = evidence.accounts.iter().position(|account| account.user == user);
            let account = known.map(|at| evidence.accounts.remove(at));
            let account = account.unwrap_or_else(|| Account::of(user));
            let (account, line) = account.post(leg.side, leg.amount).unwrap();
            evidence.accounts.push(account);
            evidence.accounts.sort_by_key(|account| account.user);
            line
        });
        let (Leg { account, side, amount }, transaction) = (*leg, cause.transaction());
        let at = START;
        let entry = Entry { transaction, place, account, side, amount, at, cause, statement };
        evidence.entries.push(entry);
    }
}

/// An open report of the ticket.
pub(super) fn report(number: u8, by: u8) -> Report {
    Report {
        id: id(number),
        offer: ReportedOffer::Ticket(id(3)),
        reporter: id(by),
        complaint: Complaint { reason: ReportReason::Fraud, text: None },
        created_at: START,
        closing: None,
    }
}

fn closing() -> Closing {
    Closing { at: START, by: id(8) }
}

/// The list of an account with one open report.
pub(super) fn reporter(by: u8, number: u8) -> Reporter {
    let Report { id, offer, reporter, .. } = report(number, by);
    Reporter { id: reporter, open: vec![OpenReport { id, offer }] }
}

fn reported() -> Journal {
    let mut journal = Journal { tickets: vec![id(3)], ..Journal::default() };
    let ends = [
        (PAID, End::Complete),
        (GIVEN_UP, End::CancelledByBuyer),
        (EXPIRED, End::Expired),
        (CREDITED, End::Complete),
    ];
    for (number, end) in ends {
        let mut journaled = JournaledOrder::of(id(1));
        journaled.reported_ends.push(end);
        journal.orders.insert(id(number), journaled);
    }
    journal.captured.insert(id(PAID), id(PAID));
    journal.captured.insert(id(CREDITED), id(CREDITED));
    journal.topped_up.insert(id(TOP_UP), id(1));
    journal
}

/// One order paid by card, one by credit, one cancelled after payments by both had begun, one
/// expired; 10 units offered, 4 sold. In the books: a top-up of 30.00, the two sales of 10.00, and
/// 10.00 held and released.
pub(super) fn sound() -> Evidence {
    let orders = vec![
        order(PAID, OrderStatus::Complete { payment_id: Some(id(PAID)) }),
        order(GIVEN_UP, OrderStatus::Cancelled { reason: CancelReason::Buyer }),
        order(EXPIRED, OrderStatus::Cancelled { reason: CancelReason::Expired }),
        order(CREDITED, OrderStatus::Complete { payment_id: Some(id(CREDITED)) }),
    ];
    let ticket = Ticket::offer(id(3), id(9), terms(), START).unwrap();
    let inventory = Inventory { version: 7, sold: 4, ..Inventory::of(ticket.state()) };
    let ticket = Ticket { stock: Stock::from(&inventory.state()), ..ticket };
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let ann = (email.clone(), Language::English);
    let ann = User::sign_up(id(1), ann, String::new(), START).verify();
    let erasure = PersonRequest::ask(id(9), &ann, PersonAction::Erase, START);
    let parts = services().map(|service| (service.to_owned(), Made::Erasure)).collect();
    let revocations = vec![signed_out(), signed_out_everywhere()];
    let holds = orders.iter().map(hold).collect();
    let mut evidence = Evidence {
        journal: Some(reported()),
        read_at: deadline(),
        disturbed: Vec::new(),
        tickets: vec![ticket],
        inventories: vec![inventory],
        holdings: vec![Holdings { buyer: id(1), holds, ended_unpaid: Vec::new() }],
        network_holds: Vec::new(),
        order_copies: orders.iter().map(copy).collect(),
        deadlines: orders.iter().map(|order| Deadline::of(&order.state, START)).collect(),
        orders,
        shows: Vec::new(),
        sale_copies: Vec::new(),
        sale_sums: Vec::new(),
        images: Vec::new(),
        reports: vec![report(1, 1), Report { closing: Some(closing()), ..report(2, 1) }],
        reporters: vec![reporter(1, 1)],
        order_shows: Vec::new(),
        sales: Vec::new(),
        show_refunds: Vec::new(),
        payments: vec![
            payment(PAID, Some(PAID), captured()),
            payment(GIVEN_UP, Some(GIVEN_UP), voided()),
            payment(CREDITED, Some(CREDITED), captured()),
            payment(RELEASED, Some(GIVEN_UP), voided()),
            Payment { amount: usd(3_000), ..payment(TOP_UP, None, captured()) },
        ],
        refunds: Vec::new(),
        disputes: Vec::new(),
        entries: Vec::new(),
        accounts: Vec::new(),
        intents: vec![
            intent(PAID, (1, 0)),
            intent(GIVEN_UP, (0, 1)),
            IntentFacts { amount: usd(3_000), taken: 3_000, ..intent(TOP_UP, (1, 0)) },
        ],
        provider_refunds: Vec::new(),
        withdrawn: Vec::new(),
        sessions: vec![session(1, 1, Some(START)), session(2, 1, None)],
        users: vec![User { epoch: 2, ..ann }],
        addresses: vec![AddressOwner { email, user_id: id(1) }],
        person_requests: vec![PersonRequest { user_id: id(7), parts, ..erasure }],
        revocations: ["auth", "tickets", "orders"]
            .map(|service| (service.to_owned(), revocations.clone()))
            .to_vec(),
        outboxes: vec![("orders".to_owned(), 0)],
        lag: vec![Lag { consumer: "payments.on_order_changed".to_owned(), unsettled: 0 }],
        dead_letters: Vec::new(),
        letters: Vec::new(),
        bookings: Vec::new(),
        contacts: Vec::new(),
        admissions: Vec::new(),
        transfers: Vec::new(),
        links: Vec::new(),
        mails: None,
    };
    evidence.contacts = evidence.users.iter().map(|user| Contact::of(user.contact())).collect();
    admitted(&mut evidence);
    mailed(&mut evidence, PAID);
    mailed(&mut evidence, CREDITED);
    let (buyer, seller) = (AccountId::User(id(1)), AccountId::User(id(9)));
    for (cause, debited, credited, amount) in [
        (Cause::TopUp(of(TOP_UP)), AccountId::Provider, buyer, 3_000),
        (Cause::Sale(of(PAID)), AccountId::Provider, seller, 1_000),
        (Cause::Hold(of(CREDITED)), buyer, AccountId::Holds, 1_000),
        (Cause::Sale(of(CREDITED)), AccountId::Holds, seller, 1_000),
        (Cause::Hold(of(RELEASED)), buyer, AccountId::Holds, 1_000),
        (Cause::Release(of(RELEASED)), AccountId::Holds, buyer, 1_000),
    ] {
        let transaction = Transaction::because_of(cause);
        post(&mut evidence, &transaction.transfer(debited, credited, usd(amount)));
    }
    evidence
}

fn terms() -> Terms {
    let terms = json!({"title": "Concert", "price": usd(500), "quantity": 10, "startsAt": null});
    serde_json::from_value(terms).unwrap()
}

pub(super) fn session(number: u8, of: u8, signed_out_at: Option<Timestamp>) -> Session {
    let session = json!({
        "id": id::<Id>(number), "userId": id::<Id>(of), "createdAt": START, "endsAt": tomorrow(),
        "signedOutAt": signed_out_at,
    });
    serde_json::from_value(session).unwrap()
}

pub(super) fn copy(order: &Order) -> OrderCopy {
    OrderCopy { order: order.state.clone(), attempt: None }
}

/// The units that an order held when it was placed.
pub(super) fn hold(order: &Order) -> Hold {
    let item = &order.state.items[0];
    let (order_id, until) = (order.state.id, order.state.expires_at);
    let (ticket_id, units) = (item.ticket_id, item.quantity);
    let show_id = order.state.show_id;
    Hold { order_id, ticket_id, show_id, units, until, is_free: false, is_sold: false }
}

/// The revocation of the session that was signed out.
pub(super) fn signed_out() -> RevocationState {
    let revoked = Revoked::Session { session_id: id(1) };
    RevocationState { revoked, revoked_at: START, forget_after: tomorrow() }
}

/// The second revocation of all sessions of a buyer.
fn signed_out_everywhere() -> RevocationState {
    let revoked = Revoked::Account { user_id: id(1), epoch: 2 };
    RevocationState { revoked, revoked_at: START, forget_after: tomorrow() }
}

pub(super) fn violated(evidence: &Evidence) -> Vec<Rule> {
    check(evidence).iter().map(|violation| violation.rule).collect()
}

/// The name of a defect, the rule that it breaks, and the defect.
pub(super) type Defect = (&'static str, Rule, fn(&mut Evidence));

/// Adds each defect to valid evidence and expects that its rule, possibly among others, is violated.
pub(super) fn finds_each(sound: fn() -> Evidence, defects: &[Defect]) {
    assert_eq!(check(&sound()), [], "valid evidence passes");
    for (name, rule, break_it) in defects {
        finds(sound(), name, *rule, break_it);
    }
}

/// The name of a change, and the change.
pub(super) type Change = (&'static str, fn(&mut Evidence));

/// Applies each change to valid evidence and expects no violation.
pub(super) fn passes_each(changes: &[Change]) {
    for (name, change) in changes {
        let mut evidence = sound();
        change(&mut evidence);
        assert_eq!(check(&evidence), [], "{name}");
    }
}

/// Adds a defect to valid evidence, as [`finds_each`].
pub(super) fn finds(
    mut evidence: Evidence,
    name: &str,
    rule: Rule,
    break_it: impl FnOnce(&mut Evidence),
) {
    break_it(&mut evidence);
    let violations = check(&evidence);
    assert!(violations.iter().any(|found| found.rule == rule), "{name}: {violations:?}");
}

pub(super) fn journal(evidence: &mut Evidence) -> &mut Journal {
    evidence.journal.as_mut().unwrap()
}

pub(super) fn journaled(evidence: &mut Evidence, number: u8) -> &mut JournaledOrder {
    journal(evidence).orders.get_mut(&id(number)).unwrap()
}
