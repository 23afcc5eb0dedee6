//! Payments near the deadline of their order: the request, or the bank's decision, arrives within
//! 50 ms of it, together with all kinds of faults.

use rand::Rng as _;
use rand::rngs::SmallRng;

use crate::generate::{Drawn, random};
use crate::operation::{Card, Deployment, Operation, Request, Script, sale};

/// Distance of a payment from the deadline, in milliseconds.
const NEAR: std::ops::RangeInclusive<i8> = -50..=50;

pub(crate) fn script(seed: u64) -> Script {
    let mut random = random(seed);
    let deployment = match random.random_range(0..3) {
        0 => Deployment::OneProcess,
        1 => Deployment::Services,
        _ => Deployment::Replicas,
    };
    let mut operations = sale(1, 2_500);
    if random.random_bool(0.5) {
        operations.extend(late_request(&mut random));
    } else {
        operations.extend(late_bank(&mut random));
    }
    let mut drawn = Drawn::any(random);
    for _ in 0..8 {
        operations.push(drawn.among_turns());
    }
    Script { deployment, operations }
}

/// The buyer pays within [`NEAR`] of the deadline.
fn late_request(random: &mut SmallRng) -> Vec<Operation> {
    let card = if random.random_bool(0.8) { Card::Valid } else { Card::Challenged };
    let near = Operation::PassToDeadline { order: 0, ms: random.random_range(NEAR) };
    vec![near, Request::Pay { order: 0, card }.into()]
}

/// The buyer pays early; the bank or the payer decides near the deadline, which the payment has
/// extended.
fn late_bank(random: &mut SmallRng) -> Vec<Operation> {
    let card = if random.random_bool(0.5) { Card::Processing } else { Card::Challenged };
    vec![
        Operation::Pass { ms: random.random_range(1..5_000) },
        Request::Pay { order: 0, card }.into(),
        Operation::Settle,
        Operation::PassToDeadline { order: 0, ms: random.random_range(NEAR) },
        Operation::FinishPayment { nth: 0, succeeds: true },
    ]
}
