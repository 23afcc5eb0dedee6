//! Shortens and simplifies a failing script while it still fails: first removes long stretches,
//! then single operations, then simplifies the remaining ones.

use crate::operation::{
    After, Card, Deployment, ONE_UNIT, Operation, Request, Script, TransferWay,
};
use crate::play::play;
use crate::trace::Trace;

/// Maximum number of scripts played during shrinking: some seconds.
const PLAYS_MAX: u32 = 2_000;

/// A search for a shorter script that violates the same rule.
struct Shrinking<'r> {
    best: Script,
    rule: &'r str,
    plays_left: u32,
}

/// A short script that violates the same rule as this one.
pub(crate) fn shrink(script: &Script, violation: &str) -> Script {
    let rule = violation.split(':').next().unwrap_or_default();
    let mut shrinking = Shrinking { best: script.clone(), rule, plays_left: PLAYS_MAX };
    loop {
        let before = shrinking.best.clone();
        shrinking.remove_stretches();
        shrinking.simplify_operations();
        for deployment in [Deployment::OneProcess, Deployment::Services] {
            if shrinking.best.deployment != Deployment::OneProcess {
                shrinking.try_one(Script { deployment, ..shrinking.best.clone() });
            }
        }
        if shrinking.best == before || shrinking.plays_left == 0 {
            return shrinking.best;
        }
    }
}

impl Shrinking<'_> {
    /// Replaces the best script if this one also fails; returns whether it does.
    fn try_one(&mut self, script: Script) -> bool {
        if self.plays_left == 0 || script == self.best {
            return false;
        }
        self.plays_left -= 1;
        let (violations, _) = play(&script, &Trace::default());
        let fails = violations.first().is_some_and(|line| line.starts_with(self.rule));
        if fails {
            self.best = script;
        }
        fails
    }

    /// Removes stretches of operations, longest first.
    fn remove_stretches(&mut self) {
        let mut length = self.best.operations.len().div_ceil(2);
        while length > 0 {
            let mut at = 0;
            while at < self.best.operations.len() {
                let mut shorter = self.best.clone();
                let end = (at + length).min(shorter.operations.len());
                shorter.operations.drain(at..end);
                if !self.try_one(shorter) {
                    at += length;
                }
            }
            length /= 2;
        }
    }

    fn simplify_operations(&mut self) {
        for at in 0..self.best.operations.len() {
            for simpler in simpler(self.best.operations[at]) {
                let mut script = self.best.clone();
                script.operations[at] = simpler;
                if self.try_one(script) {
                    break;
                }
            }
        }
    }
}

/// Possible simpler operations, the simplest first.
fn simpler(operation: Operation) -> Vec<Operation> {
    match operation {
        Operation::Send(request, link) => {
            let simpler = simpler_requests(request);
            let reliable = simpler.iter().copied().chain([request]).map(Operation::from);
            reliable.chain(simpler.iter().map(|simpler| Operation::Send(*simpler, link))).collect()
        }
        Operation::RefundCents { paid, item, times } => {
            vec![Operation::RefundCents { paid, item, times: times / 2 }]
        }
        Operation::Turns { turns, seed } => vec![
            Operation::Settle,
            Operation::Turns { turns: turns / 2, seed },
            Operation::Turns { turns: turns.saturating_sub(1), seed },
        ],
        Operation::Step { part, turns, replica } => vec![
            Operation::Step { part, replica: 0, turns },
            Operation::Step { part, replica, turns: turns / 2 },
        ],
        Operation::Pass { ms } => [ms / 2, 1_000].map(|ms| Operation::Pass { ms }).to_vec(),
        Operation::Jump { ms } => vec![Operation::Jump { ms: ms / 2 }],
        Operation::EndFaults { ms } => vec![Operation::Settle, Operation::EndFaults { ms: ms / 2 }],
        Operation::Operate { action, cents, .. } => {
            [0, cents].map(|cents| Operation::Operate { action, nth: 0, cents }).to_vec()
        }
        Operation::FinishPayment { .. }
        | Operation::FinishRefund { .. }
        | Operation::Deliver
        | Operation::PassToDeadline { .. }
        | Operation::Repeat { .. }
        | Operation::RepeatPending
        | Operation::CloseConnection { .. }
        | Operation::Settle
        | Operation::Pause { .. }
        | Operation::Resume
        | Operation::Crash { .. }
        | Operation::Restart { .. }
        | Operation::Store { .. }
        | Operation::Bus { .. }
        | Operation::Provider { .. }
        | Operation::Mail { .. } => Vec::new(),
    }
}

/// Possible simpler requests, the simplest first.
fn simpler_requests(request: Request) -> Vec<Request> {
    match request {
        Request::Offer { seller, units, cents } => vec![
            Request::Offer { seller: 0, units: 1, cents: 100 },
            Request::Offer { seller: 0, units, cents },
            Request::Offer { seller, units, cents: 100 },
        ],
        Request::Edit { ticket, units, .. } => {
            [0, ticket].map(|ticket| Request::Edit { ticket, units, cents: 200 }).to_vec()
        }
        Request::Withdraw { .. } => vec![Request::Withdraw { ticket: 0 }],
        Request::CreateShow { seller, units, cents, starts } => vec![
            Request::CreateShow {
                seller: 0,
                units: [1; 2],
                cents: [100; 2],
                starts: After::Days(3),
            },
            Request::CreateShow { seller, units, cents: [100; 2], starts },
            Request::CreateShow { seller, units: [1; 2], cents, starts },
        ],
        Request::EditShow { starts, .. } => {
            [None, starts].map(|starts| Request::EditShow { show: 0, starts }).to_vec()
        }
        Request::PostponeShow { starts, .. } => [After::Days(3), starts]
            .map(|starts| Request::PostponeShow { show: 0, starts })
            .to_vec(),
        Request::CancelShow { .. } => vec![Request::CancelShow { show: 0 }],
        Request::OfferIn { units, .. } => {
            vec![Request::OfferIn { show: 0, units, cents: 100 }]
        }
        Request::Return { .. } => vec![Request::Return { paid: 0 }],
        Request::ReadShow { by, .. } => vec![Request::ReadShow { show: 0, by }],
        Request::Report { by, .. } => vec![Request::Report { ticket: 0, by }],
        Request::ReadTicket { by, .. } => vec![Request::ReadTicket { ticket: 0, by }],
        Request::Order { buyer, items: [first, ..] } => vec![
            ONE_UNIT,
            Request::Order { buyer, items: [(first.0, 1), (0, 0), (0, 0)] },
            Request::Order { buyer, items: [first, (0, 0), (0, 0)] },
        ],
        Request::Pay { order, .. } => {
            [0, order].map(|order| Request::Pay { order, card: Card::Valid }).to_vec()
        }
        Request::PayByCredit { .. } => vec![Request::PayByCredit { order: 0 }],
        Request::TopUp { payer, cents, .. } => vec![
            Request::TopUp { payer: 0, cents: 1_000, card: Card::Valid },
            Request::TopUp { payer, cents, card: Card::Valid },
        ],
        Request::Refund { paid, item, cents, to, units } => vec![
            Request::Refund { paid: 0, item: 0, cents: 0, to, units: 0 },
            Request::Refund { paid, item, cents: 0, to, units },
            Request::Refund { paid, item, cents, to, units: 0 },
        ],
        Request::Cancel { .. } => vec![Request::Cancel { order: 0 }],
        Request::Erase { user, .. } => vec![Request::Erase { user, forfeits: true }],
        Request::SignUp
        | Request::TakeDown { .. }
        | Request::Agree { .. }
        | Request::Export { .. }
        | Request::Ban { .. }
        | Request::Unban { .. }
        | Request::SignIn { .. }
        | Request::Verify { .. }
        | Request::ChangeAddress { .. }
        | Request::RestoreAddress { .. }
        | Request::ForgetPassword { .. }
        | Request::ResetPassword { .. }
        | Request::Forge
        | Request::ListAdmissions { .. }
        | Request::ShowCode { .. }
        | Request::Resell { .. }
        | Request::EndResale { .. }
        | Request::OrderResale { .. }
        | Request::PayResale { .. }
        | Request::BindDevice { .. }
        | Request::ReadOrder { .. }
        | Request::ClaimTransfer { .. }
        | Request::ReadPayment { .. } => Vec::new(),
        Request::OfferTransfer { first, to, .. } => {
            vec![Request::OfferTransfer { first, units: 1, to, way: TransferWay::Account }]
        }
        Request::AcceptTransfer { .. } => vec![Request::AcceptTransfer { transfer: 0 }],
        Request::DeclineTransfer { .. } => vec![Request::DeclineTransfer { transfer: 0 }],
        Request::CancelTransfer { .. } => vec![Request::CancelTransfer { transfer: 0 }],
        Request::CheckIn { code, .. } => vec![Request::CheckIn { code, ticket: None }],
    }
}
