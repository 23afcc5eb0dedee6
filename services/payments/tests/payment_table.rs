//! A payment's transition table, the settling rule, and "twice equals once".

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use contract::order::{CancelReason, OrderState, OrderStatus};
use contract::{Currency, Id, Money, PaymentId, Timestamp};
use payments::domain::{
    Command, OrderCopy, Outcome, Payment, Refusal, State, Task, Token, Verdict, VoidReason,
};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_unix_ms(1_000_000);

fn id<T: From<Id>>(number: u8) -> T {
    Id::from_bytes([number; 12]).into()
}

fn reference() -> String {
    "ref".to_owned()
}

fn in_state(state: State) -> Payment {
    Payment {
        id: id(1),
        version: 1,
        order_id: id(2),
        buyer: id(3),
        amount: Money::new(4_100, Currency::USD),
        started_at: NOW,
        state,
    }
}

fn states() -> Vec<(&'static str, State)> {
    let reason = VoidReason::OrderExpired;
    let token = Token::try_from("tok".to_owned()).unwrap();
    vec![
        ("started", State::Started { token }),
        ("authorized", State::Authorized { reference: reference(), authorized_at: NOW }),
        ("capturing", State::Capturing { reference: reference() }),
        ("captured", State::Captured { reference: reference() }),
        ("voiding", State::Voiding { reference: reference(), reason }),
        ("voided", State::Voided { reference: reference(), reason }),
        ("declined", State::Declined { reason: "no".to_owned() }),
    ]
}

fn commands() -> Vec<Command> {
    vec![
        Command::Authorize { reference: reference() },
        Command::Decline { reason: "no".to_owned() },
        Command::Settle(Verdict::Wait),
        Command::Settle(Verdict::Capture),
        Command::Settle(Verdict::Void(VoidReason::OrderExpired)),
        Command::ConfirmCapture,
        Command::ConfirmVoid,
    ]
}

fn name(state: &State) -> &'static str {
    match state {
        State::Started { .. } => "started",
        State::Authorized { .. } => "authorized",
        State::Capturing { .. } => "capturing",
        State::Captured { .. } => "captured",
        State::Voiding { .. } => "voiding",
        State::Voided { .. } => "voided",
        State::Declined { .. } => "declined",
    }
}

#[test]
fn every_state_answers_every_command() {
    let no = "contradiction";
    // authorize, decline, wait, capture, void, confirm capture, confirm void
    let table = [
        ("started", ["authorized", "declined", "-", "-", "-", no, no]),
        ("authorized", ["-", no, "-", "capturing", "voiding", no, no]),
        ("capturing", ["-", no, "-", "-", "-", "captured", no]),
        ("captured", ["-", no, "-", "-", "-", "-", no]),
        ("voiding", ["-", no, "-", "-", "-", no, "voided"]),
        ("voided", ["-", no, "-", "-", "-", no, "-"]),
        ("declined", [no, "-", "-", "-", "-", no, no]),
    ];
    for ((status, state), (row, expected)) in states().into_iter().zip(table) {
        assert_eq!(status, row);
        let payment = in_state(state);
        for (command, expected) in commands().into_iter().zip(expected) {
            let told = match payment.decide(command.clone(), NOW) {
                Err(Refusal::Contradiction) => no,
                Err(refusal) => panic!("{refusal:?}"),
                Ok(Outcome::Unchanged) => "-",
                Ok(Outcome::Advanced(payment)) => {
                    assert_eq!(payment.version, 1, "nobody else's business");
                    name(&payment.state)
                }
                Ok(Outcome::Changed(payment)) => {
                    assert_eq!(payment.version, 2);
                    name(&payment.state)
                }
            };
            assert_eq!(told, expected, "{status}, {command:?}");
        }
    }
}

fn copy(status: OrderStatus, attempt: Option<PaymentId>) -> OrderCopy {
    let order = OrderState {
        id: id(2),
        version: 1,
        buyer: id(3),
        status,
        expires_at: NOW.plus(Duration::from_mins(1)),
        items: Vec::new(),
        total: Money::new(4_100, Currency::USD),
        created_at: NOW,
    };
    OrderCopy { order, attempt }
}

#[test]
fn only_the_payment_that_the_order_accepted_is_captured() {
    let mine: PaymentId = id(1);
    let cancelled = |reason| OrderStatus::Cancelled { reason };
    for (status, verdict) in [
        (OrderStatus::Created, Verdict::Wait),
        (OrderStatus::AwaitingPayment { payment_id: mine }, Verdict::Wait),
        (OrderStatus::AwaitingPayment { payment_id: id(9) }, Verdict::Wait),
        (OrderStatus::Complete { payment_id: mine }, Verdict::Capture),
        (OrderStatus::Complete { payment_id: id(9) }, Verdict::Void(VoidReason::OrderComplete)),
        (cancelled(CancelReason::Buyer), Verdict::Void(VoidReason::OrderCancelled)),
        (cancelled(CancelReason::Expired), Verdict::Void(VoidReason::OrderExpired)),
    ] {
        assert_eq!(copy(status, Some(mine)).verdict(mine), verdict);
    }
}

#[test]
fn an_attempt_begins_only_for_ones_own_open_order_before_its_deadline() {
    let mine: PaymentId = id(1);
    let open = || copy(OrderStatus::Created, None);
    let begin = |copy: OrderCopy, payer: u8, now| copy.begin(mine, id(payer), now);
    assert_eq!(begin(open(), 3, NOW).unwrap().attempt, Some(mine));
    assert_eq!(begin(open(), 4, NOW), Err(Refusal::UnknownOrder));
    let deadline = open().order.expires_at;
    assert!(begin(open(), 3, deadline.minus(Duration::from_millis(1))).is_ok());
    assert_eq!(begin(open(), 3, deadline), Err(Refusal::OrderExpired));
    let busy = copy(OrderStatus::Created, Some(id(8)));
    assert_eq!(begin(busy.clone(), 3, NOW), Err(Refusal::PaymentInProgress));
    assert!(begin(busy.clone().give_up(id(8)), 3, NOW).is_ok());
    assert!(begin(busy.give_up(id(7)), 3, NOW).is_err(), "another's end is not this one's");
    let complete = copy(OrderStatus::Complete { payment_id: id(8) }, None);
    assert_eq!(begin(complete, 3, NOW), Err(Refusal::OrderComplete));
}

#[test]
fn tokens_are_visible_and_hidden_from_logs() {
    assert!(Token::try_from("x".repeat(255)).is_ok());
    for text in ["", " ", "a b", "tok\n", "é", &"x".repeat(256)] {
        assert!(Token::try_from(text.to_owned()).is_err(), "{text:?}");
    }
    assert!(!format!("{:?}", Token::try_from("secret".to_owned())).contains("secret"));
}

proptest! {
    #[test]
    fn twice_equals_once_and_money_ends_in_one_way(script in prop::collection::vec(0_usize..7, 0..20)) {
        let mut payment = in_state(states().remove(0).1);
        let mut ends = 0;
        for at in script {
            let command = commands().remove(at);
            let Ok(Outcome::Changed(changed) | Outcome::Advanced(changed)) =
                payment.decide(command.clone(), NOW) else { continue };
            let may_change = payment.task() != Task::Nothing || name(&payment.state) == "authorized";
            prop_assert!(may_change, "what has ended stays so");
            payment = *changed;
            prop_assert_eq!(payment.decide(command, NOW), Ok(Outcome::Unchanged));
            let ended = matches!(payment.state, State::Captured { .. } | State::Voided { .. } | State::Declined { .. });
            ends += u32::from(ended);
        }
        prop_assert!(ends <= 1, "captured, voided or declined: one of them, once");
    }
}
