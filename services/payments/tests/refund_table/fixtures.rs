//! An order of two sellers, its payment, and refunds of it.

use contract::UserId;
use contract::payment::ReturnedUnits;
use payments::domain::refund::{RefundRequest, Requester, Share, State};
use payments::domain::{
    Account, Holder, Payment, ProviderRefundStatus, Refund, Refusal, Side, State as Paid,
};
use testing::samples::{id, usd};

use crate::samples::{self, FIRST, NOW, SECOND, order};

pub(crate) const ADMIN: u8 = 4;

pub(crate) fn units(ticket: u8, quantity: u32) -> ReturnedUnits {
    ReturnedUnits { ticket_id: id(ticket), quantity }
}

/// Units of tickets, each with its number.
pub(crate) fn all_units(units: &[(u8, u32)]) -> Vec<ReturnedUnits> {
    units.iter().map(|(ticket, quantity)| self::units(*ticket, *quantity)).collect()
}

pub(crate) fn payment(state: Paid) -> Payment {
    Payment { version: 3, ..samples::payment(state) }
}

pub(crate) fn captured(holder: Holder) -> Payment {
    payment(samples::captured(holder))
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
