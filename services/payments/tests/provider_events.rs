//! Events of the provider: which of them require an inquiry, and how long one is retried.

use std::time::Duration;

use contract::payment::PaymentStatus;
use payments::domain::{
    Challenge, EventObject, EventResult, EventState, Holder, Payment, ProviderEvent, Purpose,
    ReportedStatus, State, Task, VoidReason,
};

use crate::samples::{NOW, authorized, by_card, captured, payment, token};

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
    let reference = || "ref".to_owned();
    let challenge = Challenge { client_secret: "secret".to_owned(), url: None };
    let reason = VoidReason::OrderExpired;
    let undecided = [Held, Captured, Declined, Released, Anything];
    let table: [(State, &[ReportedStatus]); 10] = [
        (State::Started { token: token() }, &[]),
        (State::Opened { reference: reference(), token: token() }, &undecided),
        (State::RequiresAction { reference: reference(), challenge }, &undecided),
        (authorized(by_card()), &[Captured, Released, Anything]),
        (authorized(Holder::Ledger), &[]),
        (State::Capturing { reference: reference(), authorized_at: NOW }, &[]),
        (captured(by_card()), &[]),
        (State::Voiding { reference: reference(), reason, published: PaymentStatus::Started }, &[]),
        (State::Voided { reason }, &[]),
        (State::Declined { reference: Some(reference()), reason: "no".to_owned() }, &[]),
    ];
    for (state, news) in table {
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
