//! Shortened scripts of fixed errors; none of the errors may return.

use provider_simulator::FaultKind;

use crate::operation::{
    Card, Deployment, ONE_UNIT, Operation, OperatorAction, ProviderFault, RefundTarget, Request,
    Script, sale,
};
use crate::play::play;
use crate::trace::Trace;

const ERROR_STORED: ProviderFault = ProviderFault::Call(FaultKind::KeepError { status: 500 });

/// Plays a script on every deployment.
fn holds(operations: &[Operation]) {
    for deployment in [Deployment::OneProcess, Deployment::Services, Deployment::Replicas] {
        let script = Script { deployment, operations: operations.to_vec() };
        let (violations, _) = play(&script, &Trace::default());
        assert!(violations.is_empty(), "{deployment:?}: {}", violations.join("\n"));
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
    let mut operations = sale(1, 100);
    operations.extend([
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
    holds(&operations);
}

/// Two orders changed in one commit. The end of the first order opened an envelope; the end of the
/// second joined it, before the envelope with the previous change of the second order.
#[test]
fn versions_of_two_orders_in_one_commit_are_published_in_order() {
    let pay = |order| Request::Pay { order, card: Card::Valid }.into();
    let mut operations = sale(4, 100);
    operations.extend([
        pay(0),
        ONE_UNIT.into(),
        Operation::Settle,
        Operation::Pause { part: "orders", replica: 1 },
        Request::Refund { paid: 4, item: 2, cents: 0, to: RefundTarget::Credit, units: 1 }.into(),
        Operation::Settle,
        pay(1),
        Operation::PassToDeadline { order: 10, ms: -24 },
    ]);
    holds(&operations);
}
