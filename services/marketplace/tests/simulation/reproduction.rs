//! Shortened scripts of fixed errors; none of the errors may return.

use provider_simulator::FaultKind;

use crate::operation::{
    Card, Deployment, Operation, OperatorAction, ProviderFault, RefundTarget, Request, Script,
};
use crate::play::play;
use crate::trace::Trace;

const ERROR_STORED: ProviderFault = ProviderFault::Call(FaultKind::KeepError { status: 500 });

/// Plays a script on every deployment.
fn holds(operations: &[Operation]) {
    for deployment in [Deployment::OneProcess, Deployment::Services, Deployment::Replicas] {
        let script = Script { deployment, operations: operations.to_vec() };
        let played = play(&script, &Trace::default());
        assert!(played.is_sound(), "{deployment:?}: {}", played.violations.join("\n"));
    }
}

/// The provider stored an error for both idempotency keys of a top-up's request to open. The
/// request was retried with the same keys for a day.
#[test]
fn a_top_up_succeeds_after_errors_stored_under_its_keys() {
    let trouble = Operation::Provider { fault: ERROR_STORED };
    holds(&[
        Request::SignUp.into(),
        Operation::Settle,
        Request::TopUp { payer: 0, cents: 1_000, card: Card::Valid }.into(),
        trouble,
        trouble,
        Operation::Settle,
    ]);
}

/// An operator had refunded everything. The provider stored an error in place of its refusal of our
/// refund, and the refund was retried with the same key for a day.
#[test]
fn a_refund_rejected_behind_a_stored_error_fails() {
    let fault = |fault| Operation::Provider { fault };
    holds(&[
        Request::SignUp.into(),
        Request::SignUp.into(),
        Operation::Settle,
        Request::Offer { seller: 0, units: 1, cents: 100 }.into(),
        Operation::Settle,
        Request::Order { buyer: 1, items: [(0, 1), (0, 0), (0, 0)] }.into(),
        Operation::Settle,
        Request::Pay { order: 0, card: Card::Valid }.into(),
        Operation::Pass { ms: 1 },
        fault(ERROR_STORED),
        fault(ProviderFault::Call(FaultKind::LoseRequest)),
        Operation::Operate { action: OperatorAction::Refund, nth: 0, cents: 0 },
        fault(ERROR_STORED),
        Operation::Settle,
        Request::Refund { paid: 0, item: 0, cents: 0, to: RefundTarget::Source, units: 0 }.into(),
        Operation::Settle,
    ]);
}

/// Two orders changed in one commit. The end of the first order opened an envelope; the end of the
/// second joined it, before the envelope with the previous change of the second order.
#[test]
fn versions_of_two_orders_in_one_commit_are_published_in_order() {
    let order = Request::Order { buyer: 1, items: [(0, 1), (0, 0), (0, 0)] }.into();
    let pay = |order| Request::Pay { order, card: Card::Valid }.into();
    holds(&[
        Request::SignUp.into(),
        Request::SignUp.into(),
        Operation::Settle,
        Request::Offer { seller: 0, units: 4, cents: 100 }.into(),
        Operation::Settle,
        order,
        Operation::Settle,
        pay(0),
        order,
        Operation::Settle,
        Operation::Pause { part: "orders", replica: 1 },
        Request::Refund { paid: 4, item: 2, cents: 0, to: RefundTarget::Credit, units: 1 }.into(),
        Operation::Settle,
        pay(1),
        Operation::PassToDeadline { order: 10, ms: -24 },
    ]);
}
