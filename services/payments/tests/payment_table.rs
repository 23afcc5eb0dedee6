//! A payment's transition table, the verdicts of orders, idempotency, and the provider's events that
//! require an inquiry.

use std::time::Duration;

use contract::order::{CancelReason, OrderState, OrderStatus};
use contract::payment::PaymentStatus;
use contract::{Decided, PaymentId};
use payments::domain::{
    Challenge, Change, Command, EventObject, EventResult, EventState, Holder, OrderCopy, Payment,
    ProviderEvent, ProviderStatus, Purpose, Refunds, Refusal, ReportedStatus, State, Task, Token,
    Verdict, VoidReason,
};
use proptest::prelude::*;
use testing::samples::{id, usd};

use crate::samples::{self, NOW, authorized, by_card, captured, payment, token};

fn reference() -> String {
    "ref".to_owned()
}

fn challenge() -> Challenge {
    Challenge { client_secret: "secret".to_owned(), url: None }
}

/// The part of 41.00 that an operator captured in the provider's dashboard.
fn part() -> contract::Money {
    usd(1_000)
}

fn states() -> Vec<(&'static str, State)> {
    let reason = VoidReason::OrderExpired;
    let published = PaymentStatus::Authorized { authorized_at: NOW };
    let declined = |reference| State::Declined { reference, reason: "no".to_owned() };
    vec![
        ("started", State::Started { token: token() }),
        ("opened", State::Opened { reference: reference(), token: token() }),
        ("action", State::RequiresAction { reference: reference(), challenge: challenge() }),
        ("authorized", authorized(by_card())),
        ("by ledger", authorized(Holder::Ledger)),
        ("capturing", State::Capturing { reference: reference(), authorized_at: NOW }),
        ("captured", captured(by_card())),
        ("from ledger", captured(Holder::Ledger)),
        (
            "returned",
            State::Returned {
                reference: reference(),
                taken: part(),
                reason,
                returned_at: NOW,
                refunds: Refunds::default(),
            },
        ),
        ("voiding", State::Voiding { reference: reference(), reason, published }),
        ("voided", State::Voided { reason }),
        ("declined", declined(Some(reference()))),
        ("refused", declined(None)),
    ]
}

fn commands() -> Vec<Command> {
    let reason = || "no".to_owned();
    vec![
        Command::Open { reference: reference() },
        Command::Refuse { reason: reason() },
        Command::Observe(ProviderStatus::Unconfirmed),
        Command::Observe(ProviderStatus::Challenged(challenge())),
        Command::Observe(ProviderStatus::Held),
        Command::Observe(ProviderStatus::Declined { reason: reason() }),
        Command::Observe(ProviderStatus::Captured),
        Command::Observe(ProviderStatus::CapturedPart { taken: part() }),
        Command::Observe(ProviderStatus::Released),
        Command::Resolve(Verdict::Wait),
        Command::Resolve(Verdict::Capture),
        Command::Resolve(Verdict::Void(VoidReason::OrderExpired)),
    ]
}

fn name(state: &State) -> &'static str {
    match state {
        State::Started { .. } => "started",
        State::Opened { .. } => "opened",
        State::RequiresAction { .. } => "action",
        State::Authorized { holder: Holder::Provider { .. }, .. } => "authorized",
        State::Authorized { holder: Holder::Ledger, .. } => "by ledger",
        State::Capturing { .. } => "capturing",
        State::Captured { holder: Holder::Provider { .. }, .. } => "captured",
        State::Captured { holder: Holder::Ledger, .. } => "from ledger",
        State::Returned { .. } => "returned",
        State::Voiding { .. } => "voiding",
        State::Voided { .. } => "voided",
        State::Declined { reference: Some(_), .. } => "declined",
        State::Declined { reference: None, .. } => "refused",
    }
}

#[test]
fn every_command_is_decided_in_every_state() {
    let no = "contradiction";
    // The provider's statuses: unconfirmed, action, authorised, declined, captured, captured in
    // part, released. The order's verdicts: wait, capture, void.
    #[rustfmt::skip]
    let table = [
        // state          open      refuse     -    action    held          declined    captured      part        released   wait capture        void
        ("started",     ["opened", "refused", "-", "-",      "-",          "-",        "-",          "-",        "-",       "-", "-",           "voided"]),
        ("opened",      ["-",      "-",       "-", "action", "authorized", "declined", "authorized", "returned", "refused", "-", "-",           "voiding"]),
        ("action",      ["-",      "-",       "-", "-",      "authorized", "declined", "authorized", "returned", "refused", "-", "-",           "voiding"]),
        ("authorized",  ["-",      "-",       "-", "-",      "-",          "-",        "-",          "returned", "voided",  "-", "capturing",   "voiding"]),
        ("by ledger",   ["-",      "-",       no,  no,       no,           no,         no,           no,         no,        "-", "from ledger", "voided"]),
        ("capturing",   ["-",      "-",       "-", "-",      "-",          "-",        "captured",   "returned", "voided",  "-", "-",           "-"]),
        ("captured",    ["-",      "-",       "-", "-",      "-",          "-",        "-",          no,         no,        "-", "-",           "-"]),
        ("from ledger", ["-",      "-",       no,  no,       no,           no,         no,           no,         no,        "-", "-",           "-"]),
        ("returned",    ["-",      "-",       "-", "-",      "-",          "-",        "-",          "-",        no,        "-", "-",           "-"]),
        ("voiding",     ["-",      "-",       "-", "-",      "-",          "-",        "returned",   "returned", "voided",  "-", "-",           "-"]),
        ("voided",      ["-",      "-",       "-", "-",      "-",          "-",        no,           no,         "-",       "-", "-",           "-"]),
        ("declined",    ["-",      "-",       "-", "-",      "voiding",    "-",        "returned",   "returned", "refused", "-", "-",           "-"]),
        ("refused",     ["-",      "-",       "-", "-",      "-",          "-",        no,           no,         "-",       "-", "-",           "-"]),
    ];
    // Changes that are not published.
    let quiet = ["opened", "action", "capturing", "voiding", "refused"];
    for ((status, state), (row, expected)) in states().into_iter().zip(table) {
        assert_eq!(status, row);
        let payment = payment(state);
        for (command, expected) in commands().into_iter().zip(expected) {
            let result = match payment.decide(command.clone(), NOW) {
                Err(Refusal::Contradiction) => no,
                Err(refusal) => panic!("{refusal:?}"),
                Ok(Decided::AlreadyApplied) => "-",
                Ok(Decided::Applied(after, Change::Private)) => {
                    assert_eq!(after.public_state(), payment.public_state(), "{row}: {command:?}");
                    assert!(quiet.contains(&name(&after.state)), "{row}: {command:?}");
                    name(&after.state)
                }
                Ok(Decided::Applied(after, Change::Public)) => {
                    assert_eq!(after.version, 2, "the change is published");
                    assert_ne!(after.public_state(), payment.public_state(), "{row}: {command:?}");
                    name(&after.state)
                }
            };
            assert_eq!(result, expected, "{row}: {command:?}");
        }
    }
}

#[test]
fn each_state_has_one_task_at_the_provider() {
    for (status, state) in states() {
        let mut payment = payment(state);
        let asked = match payment.task() {
            Task::Open => "open",
            Task::Confirm { .. } => "confirm",
            Task::Capture { .. } => "capture",
            Task::Void { .. } => "void",
            Task::Inquire { .. } => "inquire",
            Task::Record { .. } => "record",
            Task::Nothing => "-",
        };
        let expected = match status {
            "started" => "open",
            "opened" => "confirm",
            "capturing" => "capture",
            "voiding" | "declined" => "void",
            _ => "-",
        };
        assert_eq!(asked, expected, "{status}");
        payment.has_news = true;
        let is_asked_where = matches!(payment.task(), Task::Inquire { .. });
        assert_eq!(is_asked_where, ["action", "authorized"].contains(&status), "{status}");
        let is_asked_what = matches!(payment.task(), Task::Record { .. });
        assert_eq!(is_asked_what, ["captured", "returned"].contains(&status), "{status}");
    }
}

#[test]
fn an_event_causes_one_inquiry() {
    for (status, state) in states() {
        let payment = payment(state);
        let has_news = ["action", "authorized", "captured", "returned"].contains(&status);
        match payment.decide(Command::Inquire, NOW) {
            Ok(Decided::Applied(asking, Change::Private)) => {
                assert!(has_news && asking.has_news, "{status}");
                let again = asking.decide(Command::Inquire, NOW);
                assert_eq!(again, Ok(Decided::AlreadyApplied), "{status}");
                let unconfirmed = Command::Observe(ProviderStatus::Unconfirmed);
                let answered = asking.decide(unconfirmed, NOW);
                let before = Ok(Decided::Applied(Box::new(payment), Change::Private));
                assert_eq!(answered, before, "{status}");
            }
            other => {
                assert_eq!(other, Ok(Decided::AlreadyApplied));
                assert!(!has_news, "{status}");
            }
        }
    }
}

#[test]
fn a_top_up_is_not_published() {
    for (_, state) in states() {
        let payment = Payment { purpose: Purpose::TopUp, ..payment(state) };
        assert_eq!(payment.public_state(), None);
    }
}

fn copy(status: OrderStatus, attempt: Option<PaymentId>) -> OrderCopy {
    OrderCopy { order: OrderState { status, ..samples::order().order }, attempt }
}

#[test]
fn only_the_payment_that_the_order_accepted_is_captured() {
    let mine: PaymentId = id(1);
    let cancelled = |reason| OrderStatus::Cancelled { reason };
    for (status, verdict) in [
        (OrderStatus::Created, Verdict::Wait),
        (OrderStatus::AwaitingPayment { payment_id: mine }, Verdict::Wait),
        (OrderStatus::AwaitingPayment { payment_id: id(9) }, Verdict::Wait),
        (OrderStatus::Complete { payment_id: Some(mine) }, Verdict::Capture),
        (
            OrderStatus::Complete { payment_id: Some(id(9)) },
            Verdict::Void(VoidReason::OrderComplete),
        ),
        // Free: no payment is accepted.
        (OrderStatus::Complete { payment_id: None }, Verdict::Void(VoidReason::OrderComplete)),
        (cancelled(CancelReason::Buyer), Verdict::Void(VoidReason::OrderCancelled)),
        (cancelled(CancelReason::Expired), Verdict::Void(VoidReason::OrderExpired)),
    ] {
        assert_eq!(copy(status, Some(mine)).verdict(mine), verdict);
    }
}

#[test]
fn a_payment_starts_only_for_an_own_open_order_before_its_deadline() {
    let mine: PaymentId = id(1);
    let open = || copy(OrderStatus::Created, None);
    let begin = |copy: OrderCopy, payer: u8, now| copy.begin(mine, id(payer), now);
    assert_eq!(begin(open(), 3, NOW).unwrap().attempt, Some(mine));
    assert_eq!(begin(open(), 4, NOW), Err(Refusal::UnknownOrder));
    let deadline = open().order.expires_at;
    assert!(begin(open(), 3, deadline.minus(Duration::from_millis(1))).is_ok());
    assert_eq!(begin(open(), 3, deadline), Err(VoidReason::OrderExpired.into()));
    let busy = copy(OrderStatus::Created, Some(id(8)));
    assert_eq!(begin(busy.clone(), 3, NOW), Err(Refusal::PaymentInProgress));
    assert!(begin(busy.clone().end_attempt(id(8)), 3, NOW).is_ok());
    assert!(begin(busy.end_attempt(id(7)), 3, NOW).is_err(), "another's end is not this one's");
    for payment_id in [Some(id(8)), None] {
        let complete = copy(OrderStatus::Complete { payment_id }, None);
        assert_eq!(begin(complete, 3, NOW), Err(VoidReason::OrderComplete.into()));
    }
    let mut unsound = open();
    unsound.order.total = usd(4_101);
    assert_eq!(begin(unsound, 3, NOW), Err(Refusal::Contradiction));
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
    fn commands_are_idempotent_and_money_has_one_end(script in prop::collection::vec(0_usize..12, 0..30)) {
        let mut payment = payment(states().remove(0).1);
        let mut ends = 0;
        for at in script {
            let command = commands().remove(at);
            let Ok(Decided::Applied(changed, Change::Public | Change::Private)) =
                payment.decide(command.clone(), NOW) else { continue };
            let is_open_still = name(&payment.state) == "declined";
            prop_assert!(!payment.is_settled() || is_open_still, "an ended payment does not change");
            payment = *changed;
            prop_assert_eq!(payment.decide(command, NOW), Ok(Decided::AlreadyApplied));
            ends += u32::from(matches!(
                payment.state,
                State::Captured { .. } | State::Returned { .. } | State::Voided { .. }
            ));
        }
        prop_assert!(ends <= 1, "captured, returned or voided: one of them, once");
    }
}

#[test]
fn inquiries_before_the_deadline_are_few() {
    let deadline = NOW.plus(Duration::from_mins(1));
    let mut payment = payment(states().remove(2).1);
    let mut asked = Vec::new();
    let mut now = NOW;
    loop {
        payment = payment.with_deadline(Some(deadline), now);
        let Some(at) = payment.ask_at else { break };
        asked.push(deadline.since(at).as_millis());
        now = at;
    }
    assert_eq!(asked, [8_000, 5_000, 3_000, 1_500]);
    for (status, state) in states() {
        let asked = samples::payment(state).with_deadline(Some(deadline), NOW).ask_at;
        assert_eq!(asked.is_some(), status == "action", "{status}");
    }
}

const HINTS: [ReportedStatus; 7] = [
    ReportedStatus::UnderWay,
    ReportedStatus::Challenged,
    ReportedStatus::Held,
    ReportedStatus::Captured,
    ReportedStatus::Declined,
    ReportedStatus::Released,
    ReportedStatus::Anything,
];

#[test]
fn known_and_expected_states_need_no_inquiry() {
    use ReportedStatus::{Anything, Captured, Declined, Held, Released};
    for (status, state) in states() {
        let news: &[ReportedStatus] = match status {
            "opened" | "action" => &[Held, Captured, Declined, Released, Anything],
            "authorized" => &[Captured, Released, Anything],
            _ => &[],
        };
        let payment = Payment { purpose: Purpose::TopUp, ..payment(state) };
        for hint in HINTS {
            let expected = news.contains(&hint);
            assert_eq!(payment.is_news(hint), expected, "{:?} {hint:?}", payment.state);
            let has_somebody_to_ask = payment.reference().is_some();
            assert!(!expected || has_somebody_to_ask, "{:?} {hint:?}", payment.state);
        }
        // Without an inquiry either the payment has ended or a call to the provider is pending.
        let waits = !payment.is_settled() && payment.task() == Task::Nothing;
        let by_provider = payment.reference().is_some();
        assert!(!(waits && by_provider) || payment.is_news(Released), "{:?}", payment.state);
    }
}

#[test]
fn an_event_is_retried_with_backoff_for_ten_minutes() {
    let event =
        ProviderEvent::received("evt".to_owned(), "type".to_owned(), EventObject::Other, NOW);
    assert_eq!(event.due_at(), Some(NOW));
    let (mut waiting, mut now, mut waits) = (event, NOW, Vec::new());
    while let Some(at) = waiting.due_at() {
        now = now.max(at);
        waiting = waiting.postponed(EventResult::Unknown, now);
        waits.extend(waiting.due_at().map(|next| next.since(now)));
    }
    let ms: Vec<u128> = waits.iter().map(Duration::as_millis).take(9).collect();
    assert_eq!(ms, [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    assert!(now.since(NOW) >= Duration::from_mins(10));
    assert!(now.since(NOW) <= Duration::from_mins(10) + Duration::from_secs(30));
    assert_eq!(waiting.state, EventState::Done { end: EventResult::Unknown, at: now });
    let done = waiting.clone();
    let after = waiting.postponed(EventResult::LeftAlone, now);
    assert_eq!(after, done, "a processed event does not change");
}
