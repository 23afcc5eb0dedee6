//! An order of two sellers, its payment, and refunds of it.

use std::time::Duration;

use contract::order::{OrderItem, OrderState, OrderStatus};
use contract::payment::ReturnedUnits;
use contract::{Currency, Id, Money, Timestamp, UserId};
use payments::domain::refund::{RefundRequest, Requester, Share, State};
use payments::domain::{
    Account, Holder, OrderCopy, Payment, ProviderRefundStatus, Purpose, Refund, Refunds, Refusal,
    Side, State as Paid,
};

pub(crate) const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

/// Two sellers: the first sold 2 × 12.00 and 1 × 7.00, the second 1 × 10.00.
pub(crate) const FIRST: u8 = 11;
pub(crate) const SECOND: u8 = 12;
pub(crate) const BUYER: u8 = 3;
pub(crate) const ADMIN: u8 = 4;

pub(crate) fn id<T: From<Id>>(number: u8) -> T {
    Id::from_bytes([number; 12]).into()
}

pub(crate) fn usd(minor_units: i64) -> Money {
    Money::new(minor_units, Currency::USD)
}

pub(crate) fn units(ticket: u8, quantity: u32) -> ReturnedUnits {
    ReturnedUnits { ticket_id: id(ticket), quantity }
}

pub(crate) fn order() -> OrderCopy {
    let item = |ticket, seller, unit_price, quantity| OrderItem {
        ticket_id: id(ticket),
        seller: id(seller),
        title: "Concert".to_owned(),
        venue: None,
        starts_at: None,
        unit_price: usd(unit_price),
        quantity,
        returned: 0,
        returned_in_version: None,
    };
    let order = OrderState {
        id: id(2),
        version: 3,
        buyer: id(BUYER),
        status: OrderStatus::Complete { payment_id: Some(id(1)) },
        expires_at: NOW.plus(Duration::from_mins(1)),
        items: vec![item(21, FIRST, 1_200, 2), item(22, SECOND, 1_000, 1), item(23, FIRST, 700, 1)],
        total: usd(4_100),
        created_at: NOW,
    };
    OrderCopy { order, attempt: Some(id(1)) }
}

pub(crate) fn payment(state: Paid) -> Payment {
    Payment {
        id: id(1),
        version: 3,
        purpose: Purpose::Order { order_id: id(2) },
        buyer: id(BUYER),
        amount: usd(4_100),
        started_at: NOW,
        has_news: false,
        ask_at: None,
        counted: None,
        state,
    }
}

pub(crate) fn captured(holder: Holder) -> Payment {
    payment(Paid::Captured { holder, captured_at: NOW, refunds: Refunds::default() })
}

pub(crate) fn by_card() -> Payment {
    captured(Holder::Provider { reference: "pi".to_owned() })
}

pub(crate) fn account(user: u8, minor_units: i64) -> Account {
    let empty = Account::of(id(user));
    if minor_units == 0 { empty } else { empty.post(Side::Credit, usd(minor_units)).unwrap().0 }
}

pub(crate) fn rich() -> [Account; 2] {
    [account(FIRST, 100_000), account(SECOND, 100_000)]
}

pub(crate) fn seller(number: u8) -> RefundRequest {
    request(Requester::Seller(id(number)), None)
}

pub(crate) fn admin(amount: Option<i64>) -> RefundRequest {
    request(Requester::Admin(id(ADMIN)), amount)
}

pub(crate) fn request(by: Requester, amount: Option<i64>) -> RefundRequest {
    RefundRequest { id: id(7), by, amount: amount.map(usd), to: None, returns: Vec::new() }
}

pub(crate) fn decided(request: &RefundRequest, payment: &Payment) -> Result<Refund, Refusal> {
    request.decide(payment, Some(&order()), &rich(), NOW)
}

/// Ends a refund and returns the changed payment and refund.
pub(crate) fn ended(payment: &Payment, refund: &Refund, state: State) -> (Payment, Refund) {
    let refund = Refund { state, ..refund.clone() };
    let owed = payment.owed_for_units(&refund, Some(&order())).unwrap();
    let refund = refund.crediting(owed);
    (payment.refund_not_given(&refund).unwrap(), refund)
}

/// Failed before it was paid.
pub(crate) fn failed() -> State {
    State::Failed { at: NOW, reason: "no".to_owned(), paid_at: None }
}

/// Returned by the payer's bank.
pub(crate) fn sent_back() -> State {
    State::Failed { at: NOW, reason: "no".to_owned(), paid_at: Some(NOW) }
}

/// Succeeded.
pub(crate) fn paid(payment: &Payment, refund: &Refund) -> (Payment, Refund) {
    let state = State::Succeeded { at: NOW, reference: Some("re".to_owned()) };
    let refund = Refund { state, ..refund.clone() };
    (payment.refund_paid(&refund).unwrap(), refund)
}

pub(crate) fn shares(refund: &Refund) -> Vec<(UserId, i64, i64)> {
    let of =
        |share: &Share| (share.seller, share.by_seller.minor_units, share.by_house.minor_units);
    refund.shares.iter().map(of).collect()
}

pub(crate) fn states() -> Vec<(&'static str, State)> {
    let reference = || Some("re".to_owned());
    vec![
        ("requested", State::Requested { reference: None }),
        ("pending", State::Requested { reference: reference() }),
        ("succeeded", State::Succeeded { at: NOW, reference: reference() }),
        ("failed", State::Failed { at: NOW, reason: "no".to_owned(), paid_at: None }),
        ("credited", credited()),
    ]
}

fn credited() -> State {
    let shares = decided(&admin(None), &by_card()).unwrap().shares;
    State::Credited { at: NOW, reason: "no".to_owned(), paid_at: None, shares }
}

pub(crate) fn in_state(state: State) -> Refund {
    Refund { state, ..decided(&admin(None), &by_card()).unwrap() }
}

pub(crate) fn provider_statuses() -> [ProviderRefundStatus; 4] {
    let reference = || "re".to_owned();
    [
        ProviderRefundStatus::Unknown,
        ProviderRefundStatus::Pending { reference: reference() },
        ProviderRefundStatus::Succeeded { reference: reference() },
        ProviderRefundStatus::Failed { reason: "no".to_owned() },
    ]
}

pub(crate) fn name(state: &State) -> &'static str {
    match state {
        State::Requested { reference: None } => "requested",
        State::Requested { reference: Some(_) } => "pending",
        State::Succeeded { .. } => "succeeded",
        State::Failed { paid_at: None, .. } => "failed",
        State::Failed { paid_at: Some(_), .. } => "sent back",
        State::Credited { .. } => "credited",
    }
}
