//! Shows that are cancelled while their orders are paid, refunded and returned, together with all
//! kinds of faults.

use rand::Rng as _;
use rand::rngs::SmallRng;

use crate::generate::{Drawn, random};
use crate::operation::{
    After, Card, Deployment, Operation, OperatorAction, RefundTarget, Request, Script,
};

/// Cards of the payers; the refunds of some of them fail or take time.
const CARDS: [Card; 6] = [
    Card::Valid,
    Card::Valid,
    Card::RefundPends,
    Card::RefundFails,
    Card::Challenged,
    Card::Processing,
];

pub(crate) fn script(seed: u64) -> Script {
    let mut random = random(seed);
    let deployment = match random.random_range(0..3) {
        0 => Deployment::OneProcess,
        1 => Deployment::Services,
        _ => Deployment::Replicas,
    };
    let mut operations = vec![Request::SignUp.into(); 3];
    operations.push(Operation::Settle);
    let (units, cents) = ([4, 4], [2_500, random.random_range(0..2) * 1_200]);
    let starts = After::Days(3);
    operations.push(Request::CreateShow { seller: 0, units, cents, starts }.into());
    operations.push(Operation::Settle);
    for order in 0..random.random_range(1..=3) {
        let items = [(0, random.random_range(0..=2)), (1, 1), (0, 0)];
        let buyer = random.random_range(1..=2);
        operations.extend([Request::Order { buyer, items }.into(), Operation::Settle]);
        operations.extend(payment(order, &mut random));
        if random.random_bool(0.8) {
            operations.push(Operation::Settle);
        }
    }
    let before = random.random_range(0..3);
    operations.extend((0..before).map(|_| change(&mut random)));
    operations.push(Request::CancelShow { show: 0 }.into());
    let mut drawn = Drawn::any(random);
    for _ in 0..10 {
        operations.push(drawn.among_turns());
        if drawn.happens(0.2) {
            operations.push(change(&mut drawn.random));
        }
    }
    Script { deployment, operations }
}

fn payment(order: u8, random: &mut SmallRng) -> Vec<Operation> {
    if random.random_bool(0.2) {
        let buyer = random.random_range(1..=2);
        let top_up = Request::TopUp { payer: buyer, cents: 9_000, card: Card::Valid };
        let paying = Request::PayByCredit { order };
        return vec![top_up.into(), Operation::Settle, paying.into()];
    }
    let card = CARDS[random.random_range(0..CARDS.len())];
    let finishing = Operation::FinishPayment { nth: 0, succeeds: random.random_bool(0.8) };
    vec![Request::Pay { order, card }.into(), finishing]
}

/// A change of the money or of the show.
fn change(random: &mut SmallRng) -> Operation {
    let (paid, nth) = (random.random_range(0..3), random.random_range(0..3));
    match random.random_range(0..9) {
        0 | 1 => {
            let (cents, units) = (random.random_range(0..2) * 700, random.random_range(0..2));
            let to = RefundTarget::Source;
            Request::Refund { paid, item: 0, cents, to, units }.into()
        }
        2 => match random.random_range(0..3) {
            0 => Request::EditShow { show: 0, starts: Some(After::Days(4)) }.into(),
            1 => Request::EditShow { show: 0, starts: None }.into(),
            _ => Request::PostponeShow { show: 0, starts: After::Days(5) }.into(),
        },
        3 => Request::Return { paid }.into(),
        4 => Operation::FinishRefund { nth, succeeds: random.random_bool(0.5) },
        5 => Operation::FinishPayment { nth: 0, succeeds: random.random_bool(0.8) },
        6 => Request::Pay { order: random.random_range(0..3), card: Card::Valid }.into(),
        7 => {
            let actions = [OperatorAction::Dispute, OperatorAction::Refund];
            let action = actions[random.random_range(0..actions.len())];
            let cents = random.random_range(0..2) * 900;
            Operation::Operate { action, nth, cents }
        }
        _ => {
            let action = OperatorAction::CloseDispute { succeeds: random.random_bool(0.5) };
            Operation::Operate { action, nth, cents: 0 }
        }
    }
}
