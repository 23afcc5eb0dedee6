//! Scripts that failed once, made short: each a bug that was found, and must not come back.

use crate::operation::{Card, Deployment, Operation, ProviderFault, Script, Way};
use crate::play::play;
use crate::trace::Trace;

/// Plays a script on every deployment.
fn holds(operations: &[Operation]) {
    for deployment in [Deployment::OneProcess, Deployment::Services, Deployment::Replicas] {
        let script = Script { deployment, operations: operations.to_vec() };
        let played = play(&script, &Trace::default());
        assert!(played.is_sound(), "{deployment:?}: {}", played.broken.join("\n"));
    }
}

/// A top-up whose opening met trouble that the provider kept under both keys there were was tried under them for a day.
#[test]
fn a_top_up_outlives_trouble_that_is_kept_under_its_keys() {
    let way = Way::Sound;
    let trouble = Operation::Provider { fault: ProviderFault::ErrorKept };
    holds(&[
        Operation::SignUp { way },
        Operation::Settle,
        Operation::TopUp { payer: 0, cents: 1_000, card: Card::Good, way },
        trouble,
        trouble,
        Operation::Settle,
    ]);
}
