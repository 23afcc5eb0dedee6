//! An order of two sellers, its payment, and refunds of it.

use contract::UserId;
use contract::payment::ReturnedUnits;
use payments::domain::refund::{Method, RefundRequest, Requester, Share, State};
use payments::domain::{
    Account, Consent, Holder, Payment, ProviderRefundStatus, Refund, Refusal, Side, State as Paid,
};
use testing::samples::{id, usd};

use crate::samples::{self, FIRST, NOW, SECOND, order};

pub(crate) const ADMIN: u8 = 4;

pub(crate) fn units(units: &[(u8, u32)]) -> Vec<ReturnedUnits> {
    let of = |(ticket, quantity): &(u8, u32)| {
        let (ticket_id, quantity) = (id(*ticket), *quantity);
        ReturnedUnits { ticket_id, quantity }
    };
    units.iter().map(of).collect()
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

/// A request of a seller or of [`ADMIN`], for an amount or for all that is left.
pub(crate) fn ask(by: u8, amount: Option<i64>, returns: &[(u8, u32)]) -> RefundRequest {
    let by = if by == ADMIN { Requester::Admin(id(by)) } else { Requester::Seller(id(by)) };
    RefundRequest { id: id(7), by, amount: amount.map(usd), to: None, returns: units(returns) }
}

pub(crate) fn all(by: u8) -> RefundRequest {
    ask(by, None, &[])
}

pub(crate) fn to_credit(request: RefundRequest) -> RefundRequest {
    RefundRequest { to: Some(Method::Credit), ..request }
}

pub(crate) fn decided(request: &RefundRequest, payment: &Payment) -> Result<Refund, Refusal> {
    request.decide(payment, Some(&order()), &rich(), NOW)
}

pub(crate) fn missing(minor_units: i64) -> Result<Refund, Refusal> {
    Err(Refusal::UnitsNotRefunded { missing: usd(minor_units) })
}

/// The payment with one more claimed refund, and the refund.
pub(crate) fn claimed(payment: &Payment, number: u8, request: RefundRequest) -> (Payment, Refund) {
    let request = RefundRequest { id: id(number), ..request };
    let refund = decided(&request, payment).unwrap();
    (payment.claim(&refund).unwrap(), refund)
}

pub(crate) fn agreed(
    payment: &Payment,
    credit: bool,
    returns: &[(u8, u32)],
) -> Result<Payment, Refusal> {
    payment.agree(Consent { credit, returns: units(returns) }, Some(&order()))
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

pub(crate) fn states() -> [(&'static str, State); 5] {
    let reference = || Some("re".to_owned());
    let shares = decided(&all(ADMIN), &by_card()).unwrap().shares;
    [
        ("requested", State::Requested { reference: None }),
        ("pending", State::Requested { reference: reference() }),
        ("succeeded", State::Succeeded { at: NOW, reference: reference() }),
        ("failed", failed()),
        ("credited", State::Credited { at: NOW, reason: "no".to_owned(), paid_at: None, shares }),
    ]
}

pub(crate) fn in_state(state: State) -> Refund {
    Refund { state, ..decided(&all(ADMIN), &by_card()).unwrap() }
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
