//! The names of operations and faults in the summary.

use crate::operation::{Operation, Way};

/// The name of an operation's kind.
pub(super) const fn kind(operation: Operation) -> &'static str {
    match operation {
        Operation::SignUp { .. } => "sign up",
        Operation::Offer { .. } => "offer",
        Operation::Edit { .. } => "edit",
        Operation::Withdraw { .. } => "withdraw",
        Operation::TakeDown { .. } => "take down",
        Operation::Order { .. } => "order",
        Operation::Pay { .. } => "pay",
        Operation::PayByCredit { .. } => "pay by credit",
        Operation::TopUp { .. } => "top up",
        Operation::Refund { .. } => "refund",
        Operation::RefundCents { .. } => "refund cents",
        Operation::Agree { .. } => "agree",
        Operation::FinishRefund { .. } => "finish a refund",
        Operation::LookAtTicket { .. } => "look at a ticket",
        Operation::LookAtPayment { .. } => "look at a payment",
        Operation::Cancel { .. } => "cancel",
        Operation::Export { .. } => "export",
        Operation::Ban { .. } => "ban",
        Operation::Unban { .. } => "lift a ban",
        Operation::SignIn { .. } => "sign in",
        Operation::Erase { .. } => "erase",
        Operation::Look { .. } => "look",
        Operation::Prove { .. } => "prove",
        Operation::Operate { .. } => "operate at the provider",
        Operation::Forge => "forge",
        Operation::Deliver => "deliver",
        Operation::Repeat { .. } => "repeat",
        Operation::AskAgain => "ask again",
        Operation::HangUp { .. } => "hang up",
        Operation::Turns { .. } => "turns",
        Operation::Step { .. } => "step",
        Operation::Settle => "settle",
        Operation::Pass { .. } => "pass",
        Operation::Approach { .. } => "approach a deadline",
        Operation::Jump { .. } => "jump",
        Operation::Calm { .. } => "calm",
        Operation::Pause { .. } => "pause",
        Operation::Resume => "resume",
        Operation::Crash { .. } => "crash",
        Operation::Restart { .. } => "restart",
        Operation::Store { .. } => "store fault",
        Operation::Bus { .. } => "bus fault",
        Operation::Provider { .. } => "provider fault",
    }
}

/// The name of the fault that an operation makes, if it makes one.
pub(super) fn fault(operation: Operation) -> Option<String> {
    Some(match operation {
        Operation::Store { fault, .. } => format!("store {fault:?}"),
        Operation::Bus { fault } => format!("bus {fault:?}"),
        Operation::Provider { fault } => format!("provider {fault:?}"),
        Operation::Crash { .. }
        | Operation::Pause { .. }
        | Operation::Jump { .. }
        | Operation::HangUp { .. }
        | Operation::Repeat { .. }
        | Operation::Forge => kind(operation).to_owned(),
        _ => match operation.way()? {
            Way::Sound => return None,
            Way::RequestLost => "request lost".to_owned(),
            Way::AnswerLost => "answer lost".to_owned(),
        },
    })
}
