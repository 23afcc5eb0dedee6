//! Shortened scripts of fixed errors; none of the errors may return.

use crate::operation::{
    Card, Deployment, Link, Operation, OperatorAction, ProviderFault, RefundTarget, Script,
};
use crate::play::play;
use crate::trace::Trace;

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
    let link = Link::Reliable;
    let trouble = Operation::Provider { fault: ProviderFault::ErrorStored };
    holds(&[
        Operation::SignUp { link },
        Operation::Settle,
        Operation::TopUp { payer: 0, cents: 1_000, card: Card::Valid, link },
        trouble,
        trouble,
        Operation::Settle,
    ]);
}

/// An operator had refunded everything. The provider stored an error in place of its refusal of our
/// refund, and the refund was retried with the same key for a day.
#[test]
fn a_refund_rejected_behind_a_stored_error_fails() {
    let link = Link::Reliable;
    let fault = |fault| Operation::Provider { fault };
    holds(&[
        Operation::SignUp { link },
        Operation::SignUp { link },
        Operation::Settle,
        Operation::Offer { seller: 0, units: 1, cents: 100, link },
        Operation::Settle,
        Operation::Order { buyer: 1, items: [(0, 1), (0, 0), (0, 0)], link },
        Operation::Settle,
        Operation::Pay { order: 0, card: Card::Valid, link },
        Operation::Pass { ms: 1 },
        fault(ProviderFault::ErrorStored),
        fault(ProviderFault::RequestLost),
        Operation::Operate { action: OperatorAction::Refund, nth: 0, cents: 0 },
        fault(ProviderFault::ErrorStored),
        Operation::Settle,
        Operation::Refund { paid: 0, item: 0, cents: 0, to: RefundTarget::Source, units: 0, link },
        Operation::Settle,
    ]);
}

/// Two orders changed in one commit. The end of the first order opened an envelope; the end of the
/// second joined it, before the envelope with the previous change of the second order.
#[test]
fn versions_of_two_orders_in_one_commit_are_published_in_order() {
    let link = Link::Reliable;
    let order = Operation::Order { buyer: 1, items: [(0, 1), (0, 0), (0, 0)], link };
    let pay = |order| Operation::Pay { order, card: Card::Valid, link };
    holds(&[
        Operation::SignUp { link },
        Operation::SignUp { link },
        Operation::Settle,
        Operation::Offer { seller: 0, units: 4, cents: 100, link },
        Operation::Settle,
        order,
        Operation::Settle,
        pay(0),
        order,
        Operation::Settle,
        Operation::Pause { part: "orders", replica: 1 },
        Operation::Refund { paid: 4, item: 2, cents: 0, to: RefundTarget::Credit, units: 1, link },
        Operation::Settle,
        pay(1),
        Operation::PassToDeadline { order: 10, ms: -24 },
    ]);
}
