//! Payments of buyer 3 for order 2 of 41.00 in any state: sellers 11 and 12 have 31.00 and 10.00.

use contract::Timestamp;
use contract::order::OrderStatus;
use payments::domain::{
    AccountId, Holder, OrderCopy, Payment, Purpose, Refunds, Side, State, Token, Transaction,
};
use testing::samples::{self, id, item, usd};

pub(crate) const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

/// Two sellers: the first sold 2 × 12.00 and 1 × 7.00, the second 1 × 10.00.
pub(crate) const FIRST: u8 = 11;
pub(crate) const SECOND: u8 = 12;
pub(crate) const BUYER: u8 = 3;

/// The order, paid by payment 1.
pub(crate) fn order() -> OrderCopy {
    let items = [item(21, FIRST, 1_200, 2), item(22, SECOND, 1_000, 1), item(23, FIRST, 700, 1)];
    let mut order = samples::order(2, items.to_vec(), NOW);
    (order.version, order.status) = (3, OrderStatus::Complete { payment_id: Some(id(1)) });
    OrderCopy { order, attempt: Some(id(1)) }
}

pub(crate) fn payment(state: State) -> Payment {
    Payment {
        id: id(1),
        version: 1,
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

pub(crate) fn token() -> Token {
    Token::try_from("tok".to_owned()).unwrap()
}

pub(crate) fn by_card() -> Holder {
    Holder::Provider { reference: "ref".to_owned() }
}

pub(crate) fn authorized(holder: Holder) -> State {
    State::Authorized { holder, authorized_at: NOW }
}

pub(crate) fn captured(holder: Holder) -> State {
    State::Captured { holder, captured_at: NOW, refunds: Refunds::default() }
}

/// The minor units of each leg of the bookings; a credit is positive.
pub(crate) fn moved<'t>(
    booked: impl IntoIterator<Item = &'t Transaction>,
) -> Vec<(AccountId, i64)> {
    let legs = booked.into_iter().flat_map(Transaction::legs);
    let signed = legs.map(|leg| match leg.side {
        Side::Debit => (leg.account, -leg.amount.minor_units),
        Side::Credit => (leg.account, leg.amount.minor_units),
    });
    signed.collect()
}
